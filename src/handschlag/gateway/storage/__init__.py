"""What the gateway keeps: tables, and the statements that read and write them."""
