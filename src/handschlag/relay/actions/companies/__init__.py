"""What companies publish, and what the operator lets them."""
