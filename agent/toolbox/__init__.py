"""What Popcorn can do, as plain functions: for language models, MCP clients and Python alike."""
