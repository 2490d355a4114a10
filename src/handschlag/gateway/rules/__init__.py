"""What the gateway decides: values in, values out, no clock, no socket, no database."""
