"""A page of the directory: companies that want to be found, as their cards say it (spec/wire.md section 9)."""

from __future__ import annotations

import msgspec

from handschlag.wire.company import CompanyCard


class DirectoryPage(msgspec.Struct, frozen=True, omit_defaults=True):
    """GET /v1/directory: cards without offers, how many fit in each category, and the handle after which the next page begins."""

    companies: list[CompanyCard]
    categories: dict[str, int]
    after: str = ""
