"""Whether a received message may be shown (spec/consent.md section 4, spec/content.md section 3): all checks of the reader.

The header inside the ciphertext was compared when the envelope was opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from handschlag.content.bodies import TemplateMessage
from handschlag.content.errors import ContentError
from handschlag.content.templates.definition import parse_definition
from handschlag.content.templates.rendering import Rendered, render
from handschlag.device.outcomes import Opened
from handschlag.wire.canonical import hash_of
from handschlag.wire.commitment import opens
from handschlag.wire.consent import Grant, Stamp
from handschlag.wire.envelope import Header, header_hash
from handschlag.wire.errors import WireError
from handschlag.wire.limits import DAY, WINDOW_SECONDS
from handschlag.wire.signed import SignedRecord, verify_record
from handschlag.wire.template import Approval, TemplateDefinition

Check = Literal["commitment", "approval", "definition", "parameters", "stamp"]

# Clocks of a company and a relay may differ.
_WINDOW_TOLERANCE = 600.0

_parse_definition_text = msgspec.json.Decoder(TemplateDefinition).decode


class TemplateWithheld(Exception):
    """A template does not match its approval: its text is not shown. `check` is for tests and figures, not for people."""

    def __init__(self, check: Check) -> None:
        self.check = check
        super().__init__("message withheld: it does not match its approval")


class Reader(msgspec.Struct, frozen=True):
    """What the reading device knows: the relay's signing key (base64), and its own grants to this company by their hash."""

    relay_key: str
    grants: Mapping[str, Grant]


def is_answer(header: Header, wrote_at: float) -> bool:
    """Return whether a company's free-form message keeps to the window by what the reading device knows.

    `wrote_at` is when the relay last took a message of this account to the company, 0 if never.
    """
    return header.sent_at - wrote_at < WINDOW_SECONDS + _WINDOW_TOLERANCE


def show_template(
    opened: Opened, *, definition: str | None, stamp: SignedRecord | None, reader: Reader, now: float
) -> Rendered:
    """Return the text to show; raises TemplateWithheld.

    `definition` is the text the relay has under the message's template hash, `stamp` what came beside the envelope.
    """
    header, message = opened.header, opened.content
    if not isinstance(message, TemplateMessage) or header.commitment is None or opened.salt is None:
        raise TemplateWithheld("commitment")
    if not opens(header.commitment, opened.salt, opened.body):
        raise TemplateWithheld("commitment")
    _check_approval(message, header, reader.relay_key, now)
    template = _parsed_definition(definition, message, header)
    _check_stamp(stamp, header, reader)
    try:
        return render(parse_definition(template), message.components)
    except ContentError:
        raise TemplateWithheld("parameters") from None


def _check_approval(message: TemplateMessage, header: Header, relay_key: str, now: float) -> None:
    try:
        approval = verify_record(message.approval, relay_key, Approval, "approval")
    except WireError:
        raise TemplateWithheld("approval") from None
    if (
        approval.template != message.template
        or approval.business != header.sender
        or approval.category != header.category
        # A message may wait a day beyond its approval on the way.
        or approval.not_after + DAY < now
    ):
        raise TemplateWithheld("approval")


def _parsed_definition(definition: str | None, message: TemplateMessage, header: Header) -> TemplateDefinition:
    if definition is None or hash_of(definition.encode()) != message.template:
        raise TemplateWithheld("definition")
    try:
        template = _parse_definition_text(definition)
    except msgspec.DecodeError:
        raise TemplateWithheld("definition") from None
    if template.business != header.sender or template.category != header.category:
        raise TemplateWithheld("definition")
    return template


def _check_stamp(stamp: SignedRecord | None, header: Header, reader: Reader) -> None:
    if stamp is None:
        raise TemplateWithheld("stamp")
    try:
        record = verify_record(stamp, reader.relay_key, Stamp, "stamp")
    except WireError:
        raise TemplateWithheld("stamp") from None
    grant = reader.grants.get(record.consent_head)
    if (
        record.header != header_hash(header)
        or grant is None
        or grant.business != header.sender
        or header.category not in grant.purposes
        or not grant.at - DAY <= record.accepted_at <= grant.expires_at
    ):
        raise TemplateWithheld("stamp")
