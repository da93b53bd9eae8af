"""Voices: what speaks a script, and when each word and subtitle of it is heard."""
