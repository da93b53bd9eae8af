"""A request taken apart: its language, its command, its subject."""
