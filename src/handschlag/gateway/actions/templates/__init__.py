"""Templates: added, found, renewed, their state at the relay."""
