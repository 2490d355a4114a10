"""Serves the messenger's built files, and nothing else: whoever serves its code could change it, so it stands apart."""
