"""Prints text messages onto the relay's terminal: for trials, where the operator's own eyes are the telephone."""

from __future__ import annotations

import sys


class TerminalSender:
    """Writes to standard output, never to the log."""

    async def send(self, number: str, text: str) -> None:
        """Print a message."""
        sys.stdout.write(f"text message to {number}: {text}\n")
        sys.stdout.flush()

    async def close(self) -> None:
        """Do nothing: there is no connection."""
