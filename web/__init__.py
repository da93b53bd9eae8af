"""A page to work in, served on this machine: the same sessions, tools and traces as every other door."""
