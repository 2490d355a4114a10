"""A Prometheus counter that is cheap to find: its children are looked up by their label values alone."""

from __future__ import annotations

from typing import Any

import prometheus_client


class Counter(prometheus_client.Counter):
    """The library's counter, whose own look-up takes a lock and spells every label again: 3 µs, several times a message."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self._found: dict[tuple[str, ...], prometheus_client.Counter] = {}
        super().__init__(*arguments, **named)

    def labels(self, *values: str) -> prometheus_client.Counter:  # type: ignore[override]  # by position alone
        """Return the child with these label values."""
        found = self._found.get(values)
        if found is None:
            found = self._found[values] = super().labels(*values)
        return found
