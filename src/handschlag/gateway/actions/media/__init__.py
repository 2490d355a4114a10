"""Files: kept, brought to the relay, fetched from it."""
