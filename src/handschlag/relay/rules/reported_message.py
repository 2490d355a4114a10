"""What a reported message proves: a template that this relay stamped cannot be denied by its sender nor forged by its reporter."""

from __future__ import annotations

from typing import Literal

import msgspec

from handschlag.relay.errors import BadRequest
from handschlag.wire.canonical import canonical_json
from handschlag.wire.commitment import opens
from handschlag.wire.consent import Stamp
from handschlag.wire.envelope import check_header, header_hash
from handschlag.wire.errors import WireError
from handschlag.wire.ids import AccountId
from handschlag.wire.report import ReportedMessage
from handschlag.wire.signed import verify_record

BODY_BYTES = 65_536


def proof_of(
    message: ReportedMessage, business: AccountId, customer: AccountId, relay_key: str
) -> Literal["claimed", "proved"]:
    """Return what a message from `business` to `customer` counts for; one that cannot be theirs is refused with BadRequest."""
    header = message.header
    try:
        check_header(header)
        length = len(canonical_json(message.body))
    except (WireError, ValueError, RecursionError) as error:
        raise BadRequest("no message of this relay", field="message", seen=str(error)[:80]) from None
    if header.sender != business or header.to != customer:
        raise BadRequest(
            "the message is another company's or another customer's", field="message.header",
            seen=f"{header.sender} to {header.to}", limit=f"{business} to the reporter",
        )  # fmt: skip
    if length > BODY_BYTES:
        raise BadRequest("the message is too long", field="message.body", seen=f"{length} bytes", limit=f"{BODY_BYTES}")
    if header.commitment is None or message.salt is None or message.stamp is None:
        return "claimed"
    try:
        stamp = verify_record(message.stamp, relay_key, Stamp, "message.stamp")
    except WireError as error:
        raise BadRequest("not this relay's stamp", field="message.stamp", seen=str(error)[:80]) from None
    if stamp.header != header_hash(header):
        raise BadRequest("the stamp is another message's", field="message.stamp")
    if not opens(header.commitment, message.salt, msgspec.json.encode(message.body)):
        raise BadRequest("the salt does not open the commitment to this body", field="message.salt")
    return "proved"
