"""What the company's programs are told: event bodies, signatures, and the lanes that deliver them."""
