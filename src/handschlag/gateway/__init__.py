"""The company's own machine: holds its keys and plaintext, and speaks the WhatsApp Cloud API to its programs."""
