"""Takes what a company says of itself: its profile, its offer, its templates; each signed by its self-signing key."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from handschlag.relay.actions.accounts.create_account import HANDLE
from handschlag.relay.context import Context
from handschlag.relay.errors import BadRequest, Forbidden, NotFound
from handschlag.relay.mailroom import Address
from handschlag.relay.storage.companies import find_card, update_offer, update_profile
from handschlag.relay.storage.pictures import PictureRow, find_picture, keep_pictures, store_picture
from handschlag.relay.storage.templates import TemplateRow, insert_template, list_templates
from handschlag.wire.canonical import canonical_json, hash_of
from handschlag.wire.certificates import public_key_of
from handschlag.wire.company import CompanyCard, Profile
from handschlag.wire.consent import Offer
from handschlag.wire.http import StoredPicture, SubmitTemplate, TemplateState, TemplateStates, TemplateTexts
from handschlag.wire.ids import AccountId, is_account_id
from handschlag.wire.limits import APPROVAL_SECONDS, RECORD_BYTES
from handschlag.wire.picture import PICTURE_TYPES, picture_type
from handschlag.wire.signed import SignedRecord, sign_record, verify_record
from handschlag.wire.template import Approval, TemplateDefinition, template_hash

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LARGEST_CAP = 1_000_000
# What was sent before a pause stays readable; what was rejected later does not.
SHOWN = frozenset({"APPROVED", "PAUSED"})

R = TypeVar("R", Profile, Offer)


async def publish_profile(context: Context, sender: Address, record: SignedRecord) -> None:
    """Store the profile that the first screen shows."""
    profile = await _verified(context, sender, record, Profile)

    def store(connection: Connection) -> None:
        update_profile(connection, sender.account, record, listed=profile.listed)
        keep_pictures(connection, sender.account, profile.picture)

    await context.store.write(store)
    context.listed.forget()


async def publish_picture(context: Context, sender: Address, picture: bytes) -> StoredPicture:
    """Keep a picture until a profile that is published after it names another one, or none."""
    await _company_key(context, sender)
    if picture_type(picture) is None:
        raise BadRequest("no picture of a type that is taken", field="body", limit=" or ".join(PICTURE_TYPES))
    row = PictureRow(hash_of(picture), picture)
    await context.store.write(lambda connection: store_picture(connection, sender.account, row))
    return StoredPicture(hash=row.hash)


async def show_picture(context: Context, name: str) -> PictureRow:
    """Return the picture a company's profile names, by the company's handle or account."""
    found = await context.store.read(lambda connection: find_picture(connection, name)) if _is_name(name) else None
    if found is None:
        raise NotFound("no picture of a company of this name", field="name", seen=name[:64])
    return found


async def publish_offer(context: Context, sender: Address, record: SignedRecord) -> None:
    """Store what the company asks leave for."""
    offer = await _verified(context, sender, record, Offer)
    if not offer.purposes or not offer.notice:
        raise BadRequest("an offer needs a purpose and a notice", field="record", limit="at least one of each")
    if offer.expires_at <= context.clock.now():
        raise BadRequest("the offer has expired", field="expires_at", seen=str(offer.expires_at), limit="a later time")
    for purpose in offer.purposes:
        if not (0 <= purpose.cap_per_day <= _LARGEST_CAP and 0 <= purpose.cap_per_month <= _LARGEST_CAP):
            raise BadRequest(
                f"caps of {purpose.purpose} are out of range", field="purposes",
                seen=f"{purpose.cap_per_day} a day, {purpose.cap_per_month} a month"[:80], limit=f"0 to {_LARGEST_CAP}",
            )  # fmt: skip
    await context.store.write(lambda connection: update_offer(connection, sender.account, record))


async def show_card(context: Context, name: str) -> CompanyCard:
    """Return a company's card by its handle or account."""
    card = await context.store.read(lambda connection: find_card(connection, name)) if _is_name(name) else None
    if card is None:
        raise NotFound("no company of this name", field="name", seen=name[:64])
    return card


async def submit_template(context: Context, sender: Address, request: SubmitTemplate) -> TemplateState:
    """Store a template version; it is approved at once, or waits for the operator, as the settings say."""
    await _company_key(context, sender)
    text = request.definition.encode()
    if len(text) > RECORD_BYTES:
        raise BadRequest(
            "too long", field="definition", seen=f"{len(text)} bytes", limit=f"at most {RECORD_BYTES} bytes"
        )
    try:
        definition = msgspec.json.decode(text, type=TemplateDefinition)
    except msgspec.DecodeError as error:
        raise BadRequest(str(error), field="definition", limit="a TemplateDefinition") from None
    if canonical_json(definition) != text:
        raise BadRequest("other spelling", field="definition", limit="canonical JSON")
    if definition.business != sender.account:
        raise Forbidden("a template belongs to the company that sends it", field="definition.business")
    row = TemplateRow(
        hash=template_hash(definition),
        business=sender.account,
        category=definition.category,
        definition=request.definition,
        status="APPROVED" if context.settings.template_review == "at_once" else "PENDING",
        reason="",
        created_at=context.clock.now(),
    )
    most = context.settings.templates_per_company
    stored = await context.store.write(lambda connection: insert_template(connection, row, most))
    if stored is None:
        raise Forbidden("as many template versions as a company may have", field="definition", limit=f"at most {most}")
    return _state(context, stored)


async def show_template_states(context: Context, sender: Address) -> TemplateStates:
    """Return every version of the company with its approval, renewed."""
    await _company_key(context, sender)
    rows = await context.store.read(lambda connection: list_templates(connection, sender.account))
    return TemplateStates(templates=[_state(context, row) for row in rows])


async def show_template_texts(context: Context, business: AccountId) -> TemplateTexts:
    """Return all definitions a message may come from: who asks for all does not tell which one it received.

    Every version stays, also when the company has changed it since, because messages of it may still wait.
    """
    rows = await context.store.read(lambda connection: list_templates(connection, business))
    return TemplateTexts(definitions=[row.definition for row in rows if row.status in SHOWN])


def _is_name(name: str) -> bool:
    return is_account_id(name) or HANDLE.fullmatch(name) is not None


def _state(context: Context, row: TemplateRow) -> TemplateState:
    approval = None
    if row.status == "APPROVED":
        not_after = int(context.clock.now()) + APPROVAL_SECONDS
        record = Approval(template=row.hash, business=row.business, category=row.category, not_after=not_after)
        approval = sign_record(record, context.secrets.signing_key)
    return TemplateState(hash=row.hash, status=row.status, category=row.category, approval=approval, reason=row.reason)


async def _company_key(context: Context, sender: Address) -> str:
    account = await context.directory.find_account(sender.account)
    if account is None or account.kind != "company":
        raise Forbidden("only companies may do this")
    if account.self_signing_key is None:
        raise Forbidden("upload the account's signing keys first", field="self_signing_key")
    return public_key_of(account.self_signing_key, sender.account, "self_signing")


async def _verified(context: Context, sender: Address, signed: SignedRecord, kind: type[R]) -> R:
    record = verify_record(signed, await _company_key(context, sender), kind, "record")
    if record.business != sender.account:
        raise Forbidden("a record of another company", field="record.business", seen=record.business)
    return record
