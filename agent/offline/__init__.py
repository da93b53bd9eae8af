"""The offline drafter: lets everything run without a key. It is not a language model and says so wherever it is used."""
