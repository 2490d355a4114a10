"""Numbers, profiles, links, block lists, limits."""
