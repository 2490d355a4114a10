"""What the gateway does, one verb a file; doors and workers call these."""
