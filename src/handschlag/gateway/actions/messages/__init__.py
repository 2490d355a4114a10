"""Messages both ways: accepted, sealed, received, their statuses."""
