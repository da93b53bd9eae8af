"""The state machines that drive a language model through the work."""
