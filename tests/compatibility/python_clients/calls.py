"""What the programs here share: what they are given, and one line of JSON with what each call answered."""

from __future__ import annotations

import json
import os
from typing import Any

given: dict[str, Any] = json.loads(os.environ["GIVEN"])
_results: dict[str, Any] = {}


def keep(name: str, answer: Any) -> Any:
    """Remember what a call answered."""
    _results[name] = {"answer": answer}
    return answer


def keep_error(name: str, error: Exception) -> None:
    """Remember that a call failed."""
    _results[name] = {"error": f"{type(error).__name__}: {error}", "code": getattr(error, "code", None)}


def finish() -> None:
    """Print all of it."""
    print(json.dumps(_results, default=str))
