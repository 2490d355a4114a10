"""Media."""

from __future__ import annotations

revision = "0002"
down_revision = "a8f4cb327015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
