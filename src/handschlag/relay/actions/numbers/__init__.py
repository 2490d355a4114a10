"""How a number is proved."""
