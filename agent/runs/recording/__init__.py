"""What writes a trace while a run is walked."""
