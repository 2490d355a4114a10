"""Who is told about events."""
