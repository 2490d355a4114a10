"""For how long a template's message may wait for its reader: what its template says, counted from when it was accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from handschlag.wire.limits import ENVELOPE_SECONDS

if TYPE_CHECKING:
    from handschlag.gateway.company import Company


class _Body(msgspec.Struct):
    template: str


_decode = msgspec.json.Decoder(_Body).decode


def seconds_left(company: Company, body: bytes, waited: float) -> int:
    """Return the seconds an envelope may still wait after `waited` seconds here; 0 if its time is over.

    A version that was edited or deleted since has the longest time there is.
    """
    hash_ = _decode(body).template
    for template in company.templates.values():
        if template.row.hash == hash_ and template.row.ttl is not None:
            return max(0, int(template.row.ttl - waited))
    return ENVELOPE_SECONDS
