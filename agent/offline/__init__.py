"""The offline drafter: lets everything run without a key. It is not a language model and never says it is."""
