"""The command line: one module a command or group, parse, call, show."""
