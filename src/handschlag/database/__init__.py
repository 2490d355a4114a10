"""Many changes per commit on SQLite and PostgreSQL, from the same tables and the same functions."""
