"""What the machine can do; each folder is usable alone from Python."""
