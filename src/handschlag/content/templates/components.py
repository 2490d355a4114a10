"""The parameters of a template as they are sealed, in one spelling: types in lower case, a button's index as text.

A commitment is taken over them, so there is no number with a point: degrees travel as text, a form's data as JSON text.
"""

from __future__ import annotations

import msgspec

from handschlag.content.flows.message import FlowDefinition
from handschlag.content.media import MediaFile


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where a header's map points to, in degrees written as decimal text."""

    latitude: str
    longitude: str
    name: str | None = None
    address: str | None = None


class FlowAction(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a form's button opens it with: the program's token, data of the first screen as JSON text, and the form itself."""

    flow_token: str | None = None
    flow_action_data: str | None = None
    flow: FlowDefinition | None = None


class OfferEnd(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When an offer ends, in milliseconds since 1970."""

    expiration_time_ms: int


class Parameter(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One value, in the field that its type names; `parameter_name` stands beside a `text` whose place has a name."""

    type: str
    text: str | None = None
    parameter_name: str | None = None
    payload: str | None = None
    image: MediaFile | None = None
    video: MediaFile | None = None
    document: MediaFile | None = None
    location: Place | None = None
    coupon_code: str | None = None
    action: FlowAction | None = None
    limited_time_offer: OfferEnd | None = None


class Component(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The values for one part of a template; `sub_type` and `index` stand on buttons, `cards` on a carousel."""

    type: str
    sub_type: str | None = None
    index: str | None = None
    parameters: list[Parameter] = []
    cards: list[Card] = []


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The values for one card of a carousel."""

    card_index: int
    components: list[Component] = []
