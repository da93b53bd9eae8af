"""Open fonts (SIL OFL 1.1), subset; README.md says from where, build.py how."""
