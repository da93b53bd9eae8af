"""Where runs and checkpoints stand: SQLite or PostgreSQL."""
