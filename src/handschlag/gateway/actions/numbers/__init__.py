"""A company's number: profile, links, block list, settings."""
