"""What a grant, a withdrawal or a block makes of a standing, and which records are refused."""

from __future__ import annotations

from handschlag.relay.errors import BadRequest, Conflict
from handschlag.relay.rules.standing import Standing
from handschlag.wire.canonical import hash_of
from handschlag.wire.consent import Grant, Offer, Withdrawal
from handschlag.wire.limits import DAY

_LONGEST_GRANT = 10 * 366 * 86_400


def check_follows(previous: str | None, standing: Standing) -> None:
    """Raise Conflict unless a record continues the chain: an old one replayed, or two at once, do not."""
    if previous != standing.head:
        raise Conflict(
            f"the record follows {previous}, the last one is {standing.head}", field="previous", seen=str(previous)
        )


def check_grant(grant: Grant, offer: Offer, now: float) -> None:
    """Raise BadRequest unless a grant agrees to what this offer asked, in the words it asked it."""
    offered = {p.purpose for p in offer.purposes}
    if offer.expires_at <= now:
        raise BadRequest("the offer has expired", field="offer", seen=grant.offer, limit="an offer in force")
    if not grant.purposes or not offered.issuperset(grant.purposes):
        raise BadRequest(
            f"purposes {grant.purposes} are not all offered",
            field="purposes",
            seen=", ".join(grant.purposes),
            limit=f"one or more of {', '.join(sorted(offered))}",
        )
    notice = offer.notice.get(grant.language)
    if notice is None or hash_of(notice.encode()) != grant.notice:
        raise BadRequest(
            "the notice is not the offer's", field="notice", seen=grant.notice, limit="the offer's own text"
        )
    if grant.at > now + DAY:
        raise BadRequest(
            f"at {grant.at} is more than a day ahead: no device of the customer would go by it",
            field="at",
            seen=str(grant.at),
            limit=f"at most {int(now + DAY)}, a day from now",
        )
    if not now < grant.expires_at <= now + _LONGEST_GRANT:
        raise BadRequest(
            f"expires_at {grant.expires_at} is past or more than ten years ahead",
            field="expires_at",
            seen=str(grant.expires_at),
            limit="at most ten years from now",
        )


def granted(standing: Standing, grant: Grant, grant_hash: str, offer: Offer) -> Standing:
    """Return the standing after a grant: its purposes replace those before."""
    return Standing(
        wrote_at=standing.wrote_at,
        blocked=standing.blocked,
        head=grant_hash,
        grant=grant_hash,
        purposes=frozenset(grant.purposes),
        grant_expires_at=float(grant.expires_at),
        caps={p.purpose: (p.cap_per_day, p.cap_per_month) for p in offer.purposes},
        sent=standing.sent,
    )


def withdrawn(standing: Standing, withdrawal: Withdrawal, record_hash: str) -> Standing:
    """Return the standing after a withdrawal of some or all purposes."""
    gone = standing.purposes if withdrawal.purposes == "*" else frozenset(withdrawal.purposes)
    return Standing(
        wrote_at=standing.wrote_at,
        blocked=standing.blocked,
        head=record_hash,
        grant=standing.grant,
        purposes=standing.purposes - gone,
        grant_expires_at=standing.grant_expires_at,
        caps=standing.caps,
        sent=standing.sent,
    )
