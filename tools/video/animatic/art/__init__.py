"""Drawings of subject families: SVG fragments that take their colours from the shot."""
