"""What is stored of a simulated customer: the person, and each message as the device shows it."""

from __future__ import annotations

from typing import Any

import msgspec

from handschlag.content.media import MediaFile
from handschlag.content.message_id import message_id
from handschlag.wire.consent import Language
from handschlag.wire.envelope import Kind
from handschlag.wire.ids import AccountId, DeviceId, EnvelopeId
from handschlag.wire.signed import SignedRecord


class Profile(msgspec.Struct):
    """What is stored of a customer beside the device's own rows."""

    id: str
    account: AccountId
    device: DeviceId
    business: AccountId
    name: str
    language: Language
    relay_key: str
    pickle_key: bytes
    joined_at: float = 0.0
    phone_number: str | None = None
    offline: bool = False
    last_event: int = 0
    position: int = 0
    # When the relay last took a message of this customer: a company may answer for a day.
    wrote_at: float = 0.0
    records: list[SignedRecord] = []
    # 64 random bytes that the account's identity is made of.
    seeds: bytes = b""


class Entry(msgspec.Struct):
    """One message as this device shows or sent it; `message` is the Cloud API's object."""

    envelope: EnvelopeId
    incoming: bool
    at: int
    message: dict[str, Any]
    kind: Kind
    body: bytes
    attempt: int = 0
    status: str = ""


def shown(entry: Entry, business_number: str, files: str) -> dict[str, Any]:
    """Return a message as `GET /customers/{id}/messages` lists it; a file by its address below `files` instead of its key."""
    return {
        "id": message_id(entry.envelope),
        "from": business_number,
        "timestamp": str(entry.at),
        **_with_addresses(entry.message, files),
    }


def _with_addresses(value: Any, files: str) -> Any:
    if isinstance(value, list):
        return [_with_addresses(item, files) for item in value]
    if not isinstance(value, dict):
        return value
    found = {name: _with_addresses(item, files) for name, item in value.items() if name != "blob"}
    if "blob" in value:
        found["url"] = f"{files}/{value['blob']['id']}"
    return found


def file_of(value: Any, blob: str) -> MediaFile | None:
    """Return the file of this name that stands anywhere in a message."""
    if isinstance(value, list):
        return next((found for item in value if (found := file_of(item, blob))), None)
    if not isinstance(value, dict):
        return None
    if isinstance(value.get("blob"), dict) and value["blob"].get("id") == blob:
        return msgspec.convert(value, MediaFile)
    return next((found for item in value.values() if (found := file_of(item, blob))), None)
