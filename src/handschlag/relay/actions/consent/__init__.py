"""What customers decide about companies, and say of them."""
