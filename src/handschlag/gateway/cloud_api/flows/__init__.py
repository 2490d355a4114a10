"""Flow nodes and the encrypted data endpoint."""
