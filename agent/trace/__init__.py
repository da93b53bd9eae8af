"""The trace: all that a run did, recorded as it happens, shown, compared, walked again, exported, thrown away."""
