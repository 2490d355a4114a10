"""Tests: the specification, read aloud."""
