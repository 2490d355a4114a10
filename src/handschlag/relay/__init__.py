"""The operator's place: carries sealed envelopes, enforces consent, and cannot read a message."""
