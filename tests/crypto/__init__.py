"""What signs and opens: vectors of both languages, and contents that hurt nobody."""
