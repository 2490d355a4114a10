"""Phone number nodes, their profile, links, block list and settings."""
