"""Files through the gateway: uploaded, linked, received, fetched in part, and gone in time."""
