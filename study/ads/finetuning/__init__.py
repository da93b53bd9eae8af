"""Fine-tuning a vision-language model on a data set of ads, with TRL (VC-LLM, section 4)."""
