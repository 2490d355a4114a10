"""Says in a line a setting which variable is wrong, what was seen there and what was expected."""

from __future__ import annotations

from pydantic import ValidationError


def settings_sentence(error: ValidationError, prefix: str) -> str:
    """Return one line for every setting that is wrong."""
    return "\n".join(
        f"{prefix}{'_'.join(str(part) for part in one['loc'][:1]).upper()}: got {str(one['input'])[:60]!r}: {one['msg']}"
        for one in error.errors()
    )
