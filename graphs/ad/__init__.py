"""VC-LLM's machine: product facts and footage in, a finished and checked ad out."""
