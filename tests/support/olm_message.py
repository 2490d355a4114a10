"""Which message key an Olm message was sealed with: its ratchet key and index, read from its plain part."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

_MAC_BYTES = 8
_RATCHET_KEY, _INDEX, _CIPHERTEXT = 0x0A, 0x10, 0x22
_INNER = 0x22


class MessageKey(NamedTuple):
    """A ratchet key and index name one message key; the ciphertext is what it was used for."""

    key: tuple[bytes, int]
    ciphertext: bytes


def message_key_of(kind: int, message: bytes) -> MessageKey:
    """Return the message key of an Olm message of type 0 (pre-key) or 1, as in the Olm specification."""
    if kind == 0:
        # A pre-key message wraps the same inner message anew for as long as the peer has not answered.
        message = bytes(_fields(message[1:])[_INNER])
    found = _fields(message[1:-_MAC_BYTES])
    return MessageKey((bytes(found[_RATCHET_KEY]), int(found[_INDEX])), bytes(found[_CIPHERTEXT]))


def _fields(data: bytes) -> dict[int, bytes | int]:
    found: dict[int, bytes | int] = {}
    position = 0
    while position < len(data):
        tag = data[position]
        value, position = _variable_length(data, position + 1)
        if tag & 7 == 2:
            found[tag] = data[position : position + value]
            position += value
        else:
            found[tag] = value
    return found


def _variable_length(data: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if not byte & 0x80:
            return value, position
        shift += 7


def spoiled(body: bytes, byte: int) -> bytes:
    """Return a sealed body for one device, with one character of its ciphertext changed."""
    sealed = msgspec.json.decode(body)
    ((part),) = sealed["ciphertext"].values()
    at = byte % len(part["body"])
    part["body"] = part["body"][:at] + ("A" if part["body"][at] != "A" else "B") + part["body"][at + 1 :]
    return msgspec.json.encode(sealed)
