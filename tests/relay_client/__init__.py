"""A device's way to its relay: calls, the live link, what waits to be sent."""
