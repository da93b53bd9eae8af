"""Runs of the graphs: sessions, walks, results, and where they are kept."""
