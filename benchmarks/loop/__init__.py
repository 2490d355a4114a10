"""The whole loop for measuring: servers as processes of their own, real devices as customers, a light program and webhook host."""
