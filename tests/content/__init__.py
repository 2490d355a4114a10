"""What is sealed: bodies, padding, templates, receipts."""
