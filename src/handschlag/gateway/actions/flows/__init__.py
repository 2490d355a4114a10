"""Flows: forms inside the chat."""
