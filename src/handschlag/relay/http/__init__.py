"""Doors for calls: each handler reads a request into a type, calls one action, and answers."""
