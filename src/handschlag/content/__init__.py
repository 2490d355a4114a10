"""What is inside an envelope: one file per message, pure; the relay cannot import it."""
