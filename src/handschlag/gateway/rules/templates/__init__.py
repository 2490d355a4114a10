"""What a template has to be before anybody is asked to approve it, and the ready-made ones."""
