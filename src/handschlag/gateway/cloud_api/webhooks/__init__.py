"""Callbacks: subscriptions, overrides, the delivery log."""
