"""Ways in without a terminal: Python, LangGraph's server, MCP."""
