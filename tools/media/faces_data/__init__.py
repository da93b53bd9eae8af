"""Weights of a face detector (Apache-2.0); README.md says from where."""
