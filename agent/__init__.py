"""The assistant over the graphs: session, wiring, language models, run store."""
