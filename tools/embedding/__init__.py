"""Text encoders and the vector index: the one place that touches sentence-transformers, tokenizers and FAISS."""
