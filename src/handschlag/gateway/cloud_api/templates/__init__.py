"""`/{waba_id}/message_templates` and template nodes."""
