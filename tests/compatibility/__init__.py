"""Clients of others, unmodified, against a real gateway."""
