"""The offline router: who speaks in a conversation without a language model, by fixed rules that say so."""
