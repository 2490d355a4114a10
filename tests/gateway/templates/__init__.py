"""Templates: their life by the API, and what is sent with them."""
