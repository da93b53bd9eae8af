"""Video: renderers behind one seam, covers, clip checks and provenance."""
