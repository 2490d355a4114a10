"""Messages with something to tap: one file per kind, and the answers to them."""
