"""The way from a device to its relay: HTTP calls and the live socket, nothing decided here."""
