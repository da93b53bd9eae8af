"""What Popcorn can do, a module a tool: for language models, MCP clients and Python alike."""
