"""What is done with accounts and their devices."""
