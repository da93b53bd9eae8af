"""What every graph needs to ask a model for a checked reply."""
