"""What runs without being asked: the link to the relay, sealing of what waits, publishing, webhook delivery."""
