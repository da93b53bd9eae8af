"""The offline drafter: a deterministic stand-in for a language model, and honest about it."""
