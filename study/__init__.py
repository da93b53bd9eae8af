"""Experiments: many prompts through many models, and what the figures can and cannot say."""
