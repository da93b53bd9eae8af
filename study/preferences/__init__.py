"""Pairs of drafts to learn from, prompts with a reward, and how far both are to be trusted."""
