"""What travels where the relay can see it: the relay's whole vocabulary, pure and without I/O."""
