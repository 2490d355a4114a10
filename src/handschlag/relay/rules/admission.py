"""Whether an envelope may pass: the table of spec/consent.md section 2."""

from __future__ import annotations

from handschlag.relay.rules.standing import Standing
from handschlag.wire.envelope import Category, Header
from handschlag.wire.frames import Pricing
from handschlag.wire.refusals import Refusal

NO_WINDOW = Refusal(code="no_window", message="the customer did not write within 24 hours")
NO_MARKETING_GRANT = Refusal(code="no_marketing_grant", message="the customer did not agree to marketing messages")
UNDELIVERABLE = Refusal(
    code="undeliverable", message="unknown, not agreed, or not wanted: the relay does not say which"
)
CAP_REACHED = Refusal(code="cap_reached", message="the cap that the offer promised is reached")

FREE = Pricing(billable=False, category="service", type="free_customer_service")


def admit_from_company(header: Header, standing: Standing, now: float) -> Refusal | None:
    """Return why a company's envelope to a customer does not pass, or None.

    The window is looked at before the block, and the consent before both name a difference: a block shows nothing.
    """
    if header.kind == "service":
        if not standing.window_is_open(now):
            return NO_WINDOW
        return UNDELIVERABLE if standing.blocked else None
    if header.kind == "template" and header.category is not None:
        if not standing.allows(header.category, now):
            return NO_MARKETING_GRANT if header.category == "marketing" else UNDELIVERABLE
        if standing.blocked:
            return UNDELIVERABLE
        return CAP_REACHED if standing.cap_is_reached(header.category, now) else None
    if header.kind == "receipt" and standing.has_conversation(now) and not standing.blocked:
        return None
    return UNDELIVERABLE


def admit_from_customer(header: Header) -> Refusal | None:
    """Return why a customer's envelope to a company does not pass, or None."""
    return UNDELIVERABLE if header.kind == "template" else None


def price_of(header: Header, standing: Standing, now: float) -> Pricing:
    """Return what an accepted envelope costs on delivery: notifications outside the window, nothing else."""
    if header.kind != "template" or header.category is None:
        return FREE
    return price_at(header.category, window_open=standing.window_is_open(now))


def price_at(category: Category, *, window_open: bool) -> Pricing:
    """Return what a notification costs on delivery: nothing while the customer's window is open."""
    if window_open:
        return Pricing(billable=False, category=category, type="free_customer_service")
    return Pricing(billable=True, category=category, type="regular")
