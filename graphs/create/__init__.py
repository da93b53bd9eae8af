"""LLMPopcorn as a state machine (arXiv 2502.12945): from a request to a drafted, rendered, scored clip."""
