"""Logs carry ids and counts; what people wrote, their names, numbers and keys have no way into them."""

from __future__ import annotations

import io
import json
import logging

import pytest

from handschlag.telemetry import logs

CANARY = "Kanarienvogel +4915112345678"


@pytest.fixture
def written() -> io.StringIO:
    stream = io.StringIO()
    logs.configure(stream=stream)
    return stream


def test_allowed_fields_are_written_as_one_json_line(written: io.StringIO) -> None:
    logs.get_logger("handschlag.relay").info("envelope_stored", envelope="018f", count=3)
    line = json.loads(written.getvalue())
    assert (line["event"], line["envelope"], line["count"], line["level"]) == ("envelope_stored", "018f", 3, "info")


def test_a_field_nobody_allowed_is_dropped(written: io.StringIO) -> None:
    logs.get_logger("handschlag.relay").info("envelope_stored", text=CANARY, phone_number=CANARY)
    assert "Kanarienvogel" not in written.getvalue()
    assert "envelope_stored" in written.getvalue()


def test_an_exception_is_written_without_its_text(written: io.StringIO) -> None:
    try:
        raise ValueError(CANARY)
    except ValueError:
        logs.get_logger("handschlag.gateway").exception("request_failed")
    assert "Kanarienvogel" not in written.getvalue()
    line = json.loads(written.getvalue())
    assert line["error"] == "ValueError"
    assert "test_logs.py:" in line["where"]


def test_a_library_cannot_write_a_request_either(written: io.StringIO) -> None:
    try:
        raise ValueError(CANARY)
    except ValueError:
        logging.getLogger("aiohttp.server").exception("Error handling request %s", CANARY)
    assert "Kanarienvogel" not in written.getvalue()
    assert "Error handling request" in written.getvalue()
