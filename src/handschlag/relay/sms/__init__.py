"""How text messages leave: a port and what fits it."""
