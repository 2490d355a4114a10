"""Tests of flows: the calls, and what a data endpoint is asked."""
