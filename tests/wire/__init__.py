"""What travels: one spelling, one form, nothing else."""
