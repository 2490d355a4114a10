"""What the relay does by itself, in time."""
