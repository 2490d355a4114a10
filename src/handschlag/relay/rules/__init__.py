"""What the relay decides: values in, values out."""
