"""Judges of what no rule measures: how picture and script agree, facts, coherence, logic."""
