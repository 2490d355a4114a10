"""What is wrong with something that came over the wire, said so that its sender can mend it."""

from __future__ import annotations


class WireError(ValueError):
    """A value from outside broke a rule: names the field, the value seen and the limit."""

    def __init__(self, field: str, seen: object, limit: str) -> None:
        shown = repr(seen)
        self.field = field
        self.seen = shown if len(shown) <= 80 else shown[:77] + "..."  # noqa: PLR2004  an error is read by people
        self.limit = limit
        super().__init__(f"{field}: got {self.seen}, expected {limit}")


class SignatureInvalid(WireError):
    """A signature does not open with the key that should have made it; which step failed is not told."""

    def __init__(self, field: str) -> None:
        super().__init__(field, "a signature", "a valid signature by the named key")
