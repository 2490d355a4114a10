"""What is done with sealed backups."""
