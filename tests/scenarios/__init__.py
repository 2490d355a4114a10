"""Whole stories over all three places: what must never be seen, what must be refused, what must go on."""
