"""One module a tool: its arguments, its function, its result with its brief and its card."""
