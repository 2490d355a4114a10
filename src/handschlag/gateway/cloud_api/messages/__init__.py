"""`POST /{phone_number_id}/messages` and what it accepts."""
