"""The life of an outgoing message: it only ever goes forward, and each step is told once."""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    """How far a message is; a larger number is further. FAILED ends it, unless a person has read it. `word` is a webhook's."""

    word: str

    ACCEPTED = 0
    SENT = 1
    DELIVERED = 2
    READ = 3
    PLAYED = 4
    FAILED = 9

    def __init__(self, _number: int) -> None:
        self.word = self._name_.lower()


def goes_forward(before: Status, after: Status) -> bool:
    """Whether a message may move from one status to the other."""
    if after is Status.FAILED:
        return before < Status.READ
    return before is not Status.FAILED and after > before


def is_told(type_: str, status: Status) -> bool:
    """Whether a step of a message of this type is told: reactions are sent and no more, and only sounds are played."""
    if type_ == "reaction":
        return status in {Status.SENT, Status.FAILED}
    return status is not Status.PLAYED or type_ == "audio"
