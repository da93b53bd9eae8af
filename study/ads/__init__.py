"""VC-LLM (Qian et al.): its data, its benchmark, its fine-tuning."""
