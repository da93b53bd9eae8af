"""Video models behind a server that speaks /v1/videos, as OpenAI, vLLM-Omni and SGLang do."""
