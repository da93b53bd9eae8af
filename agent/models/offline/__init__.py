"""The offline drafter: lets everything run without a key. It is no language model, and says so."""
