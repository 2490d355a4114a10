"""Handschlag: business messaging that anyone can host, end-to-end encrypted, with consent that is enforced."""
