"""What people see in a terminal, as renderables; prints nothing."""
