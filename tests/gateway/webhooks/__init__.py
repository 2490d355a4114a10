"""Who is told, how, how often; what is kept of it."""
