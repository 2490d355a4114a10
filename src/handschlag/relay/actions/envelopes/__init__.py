"""What is done with envelopes on their way."""
