"""Settings become collaborators; the one place that knows every implementation."""
