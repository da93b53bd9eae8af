"""Where runs, events and checkpoints stand: SQLite in one file, or PostgreSQL for those who outgrow one machine."""
