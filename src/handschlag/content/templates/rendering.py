"""A template filled in: one function decides what a sender may send and what a reader may be shown."""

from __future__ import annotations

import msgspec

from handschlag.content.errors import (
    INVALID_VALUE,
    PARAMETER_CONFIGURATION,
    PARAMETER_COUNT,
    PARAMETER_FORMAT,
    TEXT_TOO_LONG,
    ContentError,
    missing,
    too_long,
)
from handschlag.content.flows.message import FlowDefinition
from handschlag.content.media import MediaFile
from handschlag.content.templates.buttons import ButtonPattern, FlowTarget, on_domain
from handschlag.content.templates.cards import CardPattern, OfferPattern
from handschlag.content.templates.components import Component, FlowAction, OfferEnd, Parameter, Place
from handschlag.content.templates.definition import ParsedDefinition
from handschlag.content.templates.patterns import (
    BODY_CHARACTERS,
    CARD_BODY_CHARACTERS,
    HEADER_CHARACTERS,
    OFFER_BODY_CHARACTERS,
    PLACEHOLDER,
    URL_CHARACTERS,
    Pattern,
)
from handschlag.content.templates.values import (
    CODE_CHARACTERS,
    COUPON_CHARACTERS,
    PAYLOAD_CHARACTERS,
    check_action,
    check_end,
    check_file,
    check_place,
    check_words,
    only_value,
    value_of,
)


class FlowOpening(msgspec.Struct, frozen=True, omit_defaults=True):
    """The form a button opens, and with what: `data` is a JSON object as text."""

    target: FlowTarget
    token: str = ""
    data: str = ""
    form: FlowDefinition | None = None


class Button(msgspec.Struct, frozen=True, omit_defaults=True):
    """A button to show: a page to open, a number to call, a code to copy, a form, or an answer that carries `payload`."""

    type: str
    text: str
    url: str = ""
    phone_number: str = ""
    payload: str = ""
    code: str = ""
    flow: FlowOpening | None = None


class Media(msgspec.Struct, frozen=True):
    """A header's file."""

    type: str
    file: MediaFile


class Offer(msgspec.Struct, frozen=True, omit_defaults=True):
    """An offer, and the Unix second of its end if it has one."""

    text: str
    expires_at: int = 0


class RenderedCard(msgspec.Struct, frozen=True, omit_defaults=True):
    """One card of a carousel."""

    media: Media
    body: str = ""
    buttons: list[Button] = []


class Rendered(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the reader sees; the header is a text, a file or a place."""

    body: str
    header: str = ""
    media: Media | None = None
    location: Place | None = None
    footer: str = ""
    buttons: list[Button] = []
    offer: Offer | None = None
    cards: list[RenderedCard] = []


class _Given:
    """The components of a send or of a card, each taken once by the part of the template it belongs to."""

    def __init__(self, components: list[Component], field: str) -> None:
        self._left = {(c.type, c.index): c for c in components}
        self._field = field
        if len(self._left) != len(components):
            raise ContentError(PARAMETER_FORMAT, field, "one part is given twice")

    def take(self, kind: str, index: int | None = None) -> Component | None:
        component = self._left.pop((kind, None if index is None else str(index)), None)
        if component is None:
            return None
        if (component.sub_type is None) != (kind != "button") or (component.cards and kind != "carousel"):
            raise ContentError(PARAMETER_FORMAT, f"{self._field}.{kind}", "holds fields of another part")
        return component

    def check_empty(self) -> None:
        if self._left:
            raise ContentError(PARAMETER_FORMAT, self._field, "parameters for a part the template does not have")


def render(definition: ParsedDefinition, components: list[Component]) -> Rendered:
    """Return what is shown; raises ContentError unless every parameter is given, no other, and each keeps its rules."""
    given = _Given(components, "components")
    header, body = given.take("header"), given.take("body")
    code = _code(body) if definition.authentication else None
    rendered = Rendered(
        header="" if definition.media else _fill(definition.header, header, "header", HEADER_CHARACTERS),
        media=_media(definition.media, header, "header") if definition.media not in {"", "location"} else None,
        location=_location(header) if definition.media == "location" else None,
        body=_fill(definition.body, body, "body", OFFER_BODY_CHARACTERS if definition.offer else BODY_CHARACTERS),
        footer=definition.footer,
        buttons=_buttons(definition.buttons, given, definition.domain, "button", code=code),
        offer=_offer(definition.offer, given.take("limited_time_offer")) if definition.offer else None,
        cards=_cards(definition, given.take("carousel")) if definition.cards else [],
    )
    given.check_empty()
    return rendered


def _code(body: Component | None) -> str:
    """Return the one-time code, which is the body's only parameter."""
    code = only_value(body, "text", str, "body")
    if code is None:
        raise ContentError(PARAMETER_COUNT, "body", "got 0 parameters, expected the code")
    return check_words(code, "body.parameters[0]", CODE_CHARACTERS)


def _fill(pattern: Pattern, component: Component | None, field: str, limit: int) -> str:
    values = _values(pattern, component.parameters if component else [], field)
    # A function, so that a value which looks like a placeholder stays what it is.
    text = PLACEHOLDER.sub(lambda found: values[found[1]], pattern.text)
    if len(text) > limit:
        raise too_long(field, len(text), limit, TEXT_TOO_LONG)
    return text


def _values(pattern: Pattern, parameters: list[Parameter], field: str) -> dict[str, str]:
    expected = len(pattern.placeholders)
    if len(parameters) != expected:
        raise ContentError(PARAMETER_COUNT, field, f"got {len(parameters)} parameters, expected {expected}")
    values: dict[str, str] = {}
    for position, parameter in enumerate(parameters):
        where = f"{field}.parameters[{position}]"
        value = str(value_of(parameter, "text", where))
        name = parameter.parameter_name if pattern.named else pattern.placeholders[position]
        if pattern.named != (parameter.parameter_name is not None):
            raise ContentError(
                PARAMETER_FORMAT, f"{where}.parameter_name", f"expected {'a name' if pattern.named else 'none'}"
            )
        if name is None or name not in pattern.placeholders or name in values:
            raise ContentError(PARAMETER_FORMAT, f"{where}.parameter_name", "no such placeholder, or given twice")
        values[name] = check_words(value, where)
    return values


def _media(kind: str, component: Component | None, field: str) -> Media:
    file = only_value(component, kind, MediaFile, field)
    if file is None:
        raise ContentError(PARAMETER_FORMAT, field, f"got no parameter, expected {kind}")
    return Media(type=kind, file=check_file(file, kind, f"{field}.{kind}"))


def _location(component: Component | None) -> Place:
    place = only_value(component, "location", Place, "header")
    if place is None:
        raise ContentError(PARAMETER_FORMAT, "header", "got no parameter, expected location")
    return check_place(place, "header.location")


def _offer(pattern: OfferPattern, component: Component | None) -> Offer:
    end = only_value(component, "limited_time_offer", OfferEnd, "limited_time_offer")
    if pattern.has_expiration != (end is not None):
        expected = "expiration_time_ms" if pattern.has_expiration else "no parameter"
        raise ContentError(PARAMETER_FORMAT, "limited_time_offer", f"expected {expected}")
    return Offer(text=pattern.text, expires_at=check_end(end, "limited_time_offer") if end else 0)


def _cards(definition: ParsedDefinition, component: Component | None) -> list[RenderedCard]:
    given = sorted(component.cards, key=lambda card: card.card_index) if component else []
    if component and component.parameters:
        raise ContentError(PARAMETER_FORMAT, "carousel", "holds parameters, expected cards")
    expected = list(range(len(definition.cards)))
    if [card.card_index for card in given] != expected:
        raise ContentError(
            PARAMETER_CONFIGURATION, "carousel.cards", f"got {len(given)} cards, expected {len(expected)}, each once"
        )
    return [
        _card(pattern, card.components, definition.domain, f"carousel.cards[{card.card_index}]")
        for pattern, card in zip(definition.cards, given, strict=True)
    ]


def _card(pattern: CardPattern, components: list[Component], domain: str, field: str) -> RenderedCard:
    given = _Given(components, f"{field}.components")
    rendered = RenderedCard(
        media=_media(pattern.media, given.take("header"), f"{field}.header"),
        body=_fill(pattern.body, given.take("body"), f"{field}.body", CARD_BODY_CHARACTERS),
        buttons=_buttons(pattern.buttons, given, domain, f"{field}.button", code=None),
    )
    given.check_empty()
    return rendered


def _buttons(
    patterns: list[ButtonPattern], given: _Given, domain: str, field: str, *, code: str | None
) -> list[Button]:
    return [
        _otp(pattern, given.take("button", i), code, f"{field}[{i}]")
        if pattern.type == "otp"
        else _button(pattern, given.take("button", i), domain, f"{field}[{i}]")
        for i, pattern in enumerate(patterns)
    ]


def _button(pattern: ButtonPattern, component: Component | None, domain: str, field: str) -> Button:
    if component is not None and component.sub_type != pattern.type:
        raise ContentError(PARAMETER_FORMAT, f"{field}.sub_type", f"expected {pattern.type}")
    match pattern.type:
        case "url":
            return Button(type="url", text=pattern.text, url=_url(pattern, component, domain, field))
        case "phone_number":
            if component is not None and component.parameters:
                raise ContentError(PARAMETER_FORMAT, field, "a telephone button takes no parameter")
            return Button(type="phone_number", text=pattern.text, phone_number=pattern.target.text)
        case "copy_code":
            coupon = only_value(component, "coupon_code", str, field)
            if coupon is None:
                raise missing(f"{field}.coupon_code")
            return Button(
                type="copy_code", text=pattern.text, code=check_words(coupon, f"{field}.coupon_code", COUPON_CHARACTERS)
            )
        case "flow":
            return Button(type="flow", text=pattern.text, flow=_flow(pattern, component, field))
        case _:
            payload = only_value(component, "payload", str, field)
            if payload is not None and len(payload) > PAYLOAD_CHARACTERS:
                raise too_long(f"{field}.payload", len(payload), PAYLOAD_CHARACTERS, INVALID_VALUE)
            return Button(type="quick_reply", text=pattern.text, payload=payload or pattern.text)


def _otp(pattern: ButtonPattern, component: Component | None, code: str | None, field: str) -> Button:
    """The button repeats the code, as the address of the page that the platform makes of it."""
    if component is None:
        raise missing(f"{field}.parameters")
    if component.sub_type != "url":
        raise ContentError(PARAMETER_FORMAT, f"{field}.sub_type", "expected url")
    if only_value(component, "text", str, field) != code or code is None:
        raise ContentError(PARAMETER_CONFIGURATION, field, "expected the code that stands in the body")
    return Button(type="otp", text=pattern.text, code=code)


def _flow(pattern: ButtonPattern, component: Component | None, field: str) -> FlowOpening:
    action = check_action(only_value(component, "action", FlowAction, field) or FlowAction(), f"{field}.action")
    target = pattern.flow or FlowTarget()
    return FlowOpening(
        target=target, token=action.flow_token or "", data=action.flow_action_data or "", form=action.flow
    )


def _url(pattern: ButtonPattern, component: Component | None, domain: str, field: str) -> str:
    parameters = component.parameters if component else []
    if pattern.target.placeholders and not parameters:
        raise missing(f"{field}.parameters")
    values = _values(pattern.target, parameters, field)
    url = PLACEHOLDER.sub(lambda found: values[found[1]], pattern.target.text)
    if len(url) > URL_CHARACTERS:
        raise too_long(field, len(url), URL_CHARACTERS, TEXT_TOO_LONG)
    if not on_domain(url, domain):
        raise ContentError(
            PARAMETER_FORMAT, field, "the address leaves the approved domain or holds unusual characters"
        )
    return url
