"""What tests share: real PostgreSQL, a real Chromium, ports nobody uses."""
