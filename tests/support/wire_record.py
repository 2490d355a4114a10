"""What a recording proxy saw on live sockets: envelopes sent with their message keys, and events delivered."""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.support.olm_message import message_key_of
from tests.support.recording_proxy import RecordingProxy


def sent_envelopes(proxy: RecordingProxy) -> Iterator[dict[str, Any]]:
    """Yield every envelope that went to the relay, as often as it went."""
    for frame in proxy.sent:
        value = json.loads(frame)
        if value["type"] == "send":
            yield from value["envelopes"]


def delivered_envelopes(proxy: RecordingProxy) -> Iterator[dict[str, Any]]:
    """Yield every event with an envelope that came from the relay, as often as it came."""
    for frame in proxy.received:
        value = json.loads(frame)
        if value["type"] == "deliver":
            yield from (event for event in value["events"] if "header" in event)


def message_keys(proxy: RecordingProxy) -> dict[tuple[bytes, int], set[bytes]]:
    """Return the ciphertexts that were sealed with each message key; more than one is a ratchet index used twice."""
    found: dict[tuple[bytes, int], set[bytes]] = {}
    for envelope in sent_envelopes(proxy):
        for bodies in envelope["bodies"].values():
            for body in bodies.values():
                for sealed in body["ciphertext"].values():
                    message = base64.b64decode(sealed["body"] + "=" * (-len(sealed["body"]) % 4))
                    key = message_key_of(sealed["type"], message)
                    found.setdefault(key.key, set()).add(key.ciphertext)
    return found


def repeats(proxy: RecordingProxy) -> int:
    """Return how many deliveries of an envelope were not its first."""
    events = [(e["header"]["id"], e["header"].get("attempt", 0)) for e in delivered_envelopes(proxy)]
    return len(events) - len(set(events))


def attempts(proxy: RecordingProxy) -> Counter[int]:
    """Return how many envelopes were sealed for the first time, the second, …"""
    return Counter(
        attempt for _, attempt in {(e["header"]["id"], e["header"].get("attempt", 0)) for e in sent_envelopes(proxy)}
    )
