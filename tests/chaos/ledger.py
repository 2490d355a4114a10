"""What the company's program was told, each post read once: statuses and messages, by the event ids it would remember."""

from __future__ import annotations

from collections import defaultdict

from tests.gateway.receiver import Receiver


class Told:
    """Events as a receiver sees them that remembers `X-Event-Id`."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._read = 0
        self._events: set[str] = set()
        self.repeats = 0
        self.statuses: defaultdict[str, list[str]] = defaultdict(list)
        # Message ids, in the order of their first event; more than one event is a message told twice.
        self.messages: dict[str, int] = {}

    def read(self) -> Told:
        """Take in what came since the last look."""
        posts = self._receiver.posts
        while self._read < len(posts):
            post = posts[self._read]
            self._read += 1
            event = post.headers["X-Event-Id"]
            if event in self._events:
                self.repeats += 1
                continue
            self._events.add(event)
            for change in post.changes:
                for status in change["value"].get("statuses", []):
                    self.statuses[status["id"]].append(status["status"])
                for message in change["value"].get("messages", []):
                    self.messages[message["id"]] = self.messages.get(message["id"], 0) + 1
        return self
