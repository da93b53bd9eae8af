"""What does the units of a study: this machine, or a Ray cluster. Both give identical rows."""
