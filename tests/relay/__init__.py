"""The relay at its doors: what spec/wire.md and spec/consent.md promise."""
