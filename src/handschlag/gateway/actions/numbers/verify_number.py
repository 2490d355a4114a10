"""Sends a verification code for a number and compares what comes back."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING

from handschlag.gateway.actions.numbers.change_number import put_number
from handschlag.gateway.actions.numbers.register_number import refusal
from handschlag.gateway.errors import RequestInvalid, shown
from handschlag.gateway.rules.number_settings import check_code, check_code_request, note_code, secret_hash
from handschlag.secret_file import write_secret_file
from handschlag.telemetry.logs import get_logger

if TYPE_CHECKING:
    from pathlib import Path

    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running

_log = get_logger(__name__)
_CODE_DIGITS = 6
_CODE_FILE = "verification.code"


async def send_code(running: Running, company: Company) -> None:
    """Make a new code and bring it to the company; only its hash is kept here."""
    now = running.clock.now()
    if (refused := check_code_request(company.number, now)) is not None:
        raise refusal(refused)
    code = str(secrets.randbelow(10**_CODE_DIGITS)).zfill(_CODE_DIGITS)
    put_number(running, company, note_code(company.number, _hash(running, company, code), now))
    await running.deliver_code(running, company, code)
    await running.store.flushed()


async def verify_code(running: Running, company: Company, code: object) -> None:
    """Verify the number; raises CodedError with the guesses that are left."""
    text = str(code or "").replace("-", "").strip()
    if not (text.isascii() and text.isdigit() and len(text) == _CODE_DIGITS):
        raise RequestInvalid(f"code: got {shown(code)}, expected the {_CODE_DIGITS} digits that were sent")
    settings, refused = check_code(company.number, _hash(running, company, text), running.clock.now())
    put_number(running, company, settings)
    await running.store.flushed()
    if refused is not None:
        raise refusal(refused)


def _hash(running: Running, company: Company, code: str) -> str:
    return secret_hash(running.data_key.raw, "code", company.row.account, code)


async def write_code_file(running: Running, company: Company, code: str) -> None:
    """Bring a code by a file that only the gateway's operator reads: who may read it controls the number's machine."""
    file = code_file(running, company)
    await asyncio.to_thread(_replace, file, code.encode())
    _log.info("verification_code_written", company=company.id)


def code_file(running: Running, company: Company) -> Path:
    """Return where the newest code of a company lies."""
    return running.configuration.folder / company.row.handle / _CODE_FILE


def _replace(file: Path, code: bytes) -> None:
    file.unlink(missing_ok=True)
    write_secret_file(file, code)
