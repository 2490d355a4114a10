"""The three places as processes of their own, and every command beside them."""
