"""The gateway at its promised doors, against a real relay."""
