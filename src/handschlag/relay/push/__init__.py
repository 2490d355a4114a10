"""Wakes browsers that are not connected, without a word of what waits for them."""
