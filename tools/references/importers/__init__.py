"""Importers: tables of other people, turned into references without losing a row silently."""
