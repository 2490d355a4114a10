"""Relay and gateway killed at random under load: nothing lost, nothing shown twice."""
