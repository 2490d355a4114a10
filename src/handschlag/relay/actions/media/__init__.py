"""What is done with sealed files."""
