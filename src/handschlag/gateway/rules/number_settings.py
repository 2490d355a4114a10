"""What a company set for its number, and the rules of registering it: codes, PIN, and how often."""

from __future__ import annotations

import hashlib
import hmac
import re

import msgspec

DAY = 86_400.0
HOUR = 3600.0

_PIN = re.compile(r"\d{6}")
_PIN_GUESSES = 5
_PIN_LOCKED_SECONDS = 12 * HOUR
_PIN_PAUSE_SECONDS = 2.0
_CODE_GUESSES = 5
CODE_SECONDS = 600.0
_CODES_AN_HOUR = 5
_REGISTRATION_SECONDS = 72 * HOUR
# How long a number that was deregistered may be registered again with its PIN alone.
_VERIFIED_SECONDS = 14 * DAY


class Command(msgspec.Struct, frozen=True):
    """A slash command that customers are offered."""

    command_name: str
    command_description: str


def secret_hash(key: bytes, purpose: str, account: str, value: str) -> str:
    """Return the form in which a PIN or code is kept: six digits are no secret without the gateway's own key."""
    return hmac.digest(key, f"{purpose}:{account}:{value}".encode(), hashlib.sha256).hex()


class NumberSettings(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything a company may set for its number; the empty object is a number as it is enrolled. `pin` and `code` are hashes."""

    registered: bool = True
    registrations: list[float] = []
    deregistered_at: float = 0.0
    data_region: str = ""
    pin: str = ""
    pin_guesses: int = 0
    pin_guessed_at: float = 0.0
    code: str = ""
    code_guesses: int = 0
    codes_asked_at: list[float] = []
    identity_check: bool = False
    welcome: bool = False
    prompts: list[str] = []
    commands: list[Command] = []
    public_key: str = ""
    insights: bool = False
    new_display_name: str = ""

    def is_verified(self, now: float) -> bool:
        """Whether the number counts as the company's own without a new code."""
        return self.registered or now - self.deregistered_at < _VERIFIED_SECONDS


class Refused(msgspec.Struct, frozen=True):
    """Why a step is not taken, and when it may be tried again (0: never without doing something else)."""

    code: int
    details: str
    retry_after: float = 0.0


def is_pin(text: object) -> bool:
    """Whether this is six digits."""
    return isinstance(text, str) and _PIN.fullmatch(text) is not None


def check_registration(settings: NumberSettings, now: float, most: int) -> Refused | None:
    """Whether a number may be registered now; `most` registrations in 72 hours, 0 is without limit."""
    recent = [at for at in settings.registrations if at > now - _REGISTRATION_SECONDS]
    if most and len(recent) >= most:
        details = f"register: got {len(recent)} registrations of this number within 72 hours, at most {most}"
        return Refused(133016, details, retry_after=recent[0] + _REGISTRATION_SECONDS - now)
    if not settings.is_verified(now):
        return Refused(
            133006,
            "register: the number was deregistered more than 14 days ago; ask for a code with request_code and verify it",
        )
    return None


def check_pin(settings: NumberSettings, pin: str, now: float) -> tuple[NumberSettings, Refused | None]:
    """Compare a PIN (its hash) with the one that is set; returns the settings with the guess counted, and why it is refused."""
    if not settings.pin:
        return settings, None
    since = now - settings.pin_guessed_at
    guesses = settings.pin_guesses if since < _PIN_LOCKED_SECONDS else 0
    if guesses >= _PIN_GUESSES:
        wait = _PIN_LOCKED_SECONDS - since
        details = f"pin: got {guesses} wrong guesses, at most {_PIN_GUESSES} in {_PIN_LOCKED_SECONDS / HOUR:g} hours"
        return settings, Refused(133008, details, retry_after=wait)
    if guesses and since < _PIN_PAUSE_SECONDS:
        wait = _PIN_PAUSE_SECONDS - since
        details = f"pin: got a guess {since:.1f} s after a wrong one, expected to wait {_PIN_PAUSE_SECONDS:g} s"
        return settings, Refused(133009, details, retry_after=wait)
    if hmac.compare_digest(settings.pin, pin):
        return msgspec.structs.replace(settings, pin_guesses=0, pin_guessed_at=0.0), None
    counted = msgspec.structs.replace(settings, pin_guesses=guesses + 1, pin_guessed_at=now)
    return counted, Refused(
        133005, f"pin: got another PIN than the one that is set; guess {guesses + 1} of {_PIN_GUESSES}"
    )


def note_registration(settings: NumberSettings, now: float, *, pin: str, region: str) -> NumberSettings:
    """Return the settings of a number that was registered now."""
    recent = [at for at in settings.registrations if at > now - _REGISTRATION_SECONDS]
    return msgspec.structs.replace(
        settings, registered=True, registrations=[*recent, now], deregistered_at=0.0, pin=pin, data_region=region
    )


def check_code_request(settings: NumberSettings, now: float) -> Refused | None:
    """Whether another code may be sent."""
    recent = [at for at in settings.codes_asked_at if at > now - HOUR]
    if len(recent) >= _CODES_AN_HOUR:
        details = f"request_code: got {len(recent)} requests within an hour, at most {_CODES_AN_HOUR}"
        return Refused(136025, details, retry_after=recent[0] + HOUR - now)
    return None


def note_code(settings: NumberSettings, code: str, now: float) -> NumberSettings:
    """Return the settings with a code on its way."""
    recent = [at for at in settings.codes_asked_at if at > now - HOUR]
    return msgspec.structs.replace(settings, code=code, code_guesses=0, codes_asked_at=[*recent, now])


def check_code(settings: NumberSettings, code: str, now: float) -> tuple[NumberSettings, Refused | None]:
    """Compare a code (its hash) with the one that was sent; a right one verifies the number, and is used up."""
    if not settings.code or now - settings.codes_asked_at[-1] > CODE_SECONDS:
        return settings, Refused(
            136025, "code: no code is waiting, or it is older than ten minutes; ask with request_code"
        )
    if settings.code_guesses >= _CODE_GUESSES:
        return settings, Refused(
            136025, f"code: got {settings.code_guesses} wrong guesses, at most {_CODE_GUESSES}; ask for a new code"
        )
    if not hmac.compare_digest(settings.code, code):
        guesses = settings.code_guesses + 1
        details = f"code: got another code than the one sent; guess {guesses} of {_CODE_GUESSES}"
        return msgspec.structs.replace(settings, code_guesses=guesses), Refused(136025, details)
    # A deregistered number may be registered again for as long as after a fresh deregistration.
    since = settings.deregistered_at if settings.registered else now
    return msgspec.structs.replace(settings, code="", code_guesses=0, deregistered_at=since), None
