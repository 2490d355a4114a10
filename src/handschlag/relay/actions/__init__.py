"""What the relay does: one verb a file."""
