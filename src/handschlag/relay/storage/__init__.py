"""What the relay keeps: sealed envelopes, public keys, signed records."""
