"""What an operator approves: a template's definition and the approval; the parameters stay sealed."""

from __future__ import annotations

import msgspec

from handschlag.wire.canonical import canonical_json, hash_of
from handschlag.wire.envelope import Category
from handschlag.wire.ids import AccountId


class TemplateDefinition(msgspec.Struct, frozen=True, tag_field="type", tag="handschlag.template.v1"):
    """One version of a template: never changed, a change is a new version with a new hash.

    `components` are the Cloud API's own component objects (HEADER, BODY, FOOTER, BUTTONS) as the company created them, `domain`
    the only domain its URL buttons may lead to (empty: none).
    """

    business: AccountId
    name: str
    language: str
    category: Category
    components: list[dict[str, object]]
    domain: str


class Approval(msgspec.Struct, frozen=True, tag_field="type", tag="handschlag.approval.v1"):
    """The operator's signed word that this template may be sent by this company in this category until `not_after`."""

    template: str
    business: AccountId
    category: Category
    not_after: int


def template_hash(definition: TemplateDefinition) -> str:
    """Return the address of a template version: SHA-256 over its canonical JSON, base64."""
    return hash_of(canonical_json(definition))
