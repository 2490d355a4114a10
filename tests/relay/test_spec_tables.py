"""What is written by hand twice says the same: the spec's tables, the relay's routes and codes, the browser's types."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import get_args

from aiohttp import web

from handschlag.relay import errors
from handschlag.relay.http import answers
from handschlag.relay.http.routes import ROUTES
from handschlag.wire import frames, limits
from handschlag.wire.frames import ClientFrame, Note, RelayFrame
from handschlag.wire.refusals import RefusalCode

ROOT = Path(__file__).parents[2]
WIRE = (ROOT / "spec/wire.md").read_text("utf-8")
CONSENT = (ROOT / "spec/consent.md").read_text("utf-8")


def section(text: str, number: int) -> str:
    """Return a section of a page."""
    found = re.search(rf"^## {number}\. .*?(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found
    return found[0]


def shape(path: str) -> str:
    """Return a path whose variable parts have no names."""
    return re.sub(r"\{[^}]*\}", "{}", path)


def test_every_route_stands_in_the_spec_and_every_call_of_the_spec_is_a_route() -> None:
    routes = {(route.method, shape(route.path)) for route in ROUTES if isinstance(route, web.RouteDef)}
    assert len(routes) == len(ROUTES)
    written = set()
    for row in section(WIRE, 2).splitlines():
        if row.startswith("| `"):
            cell = row.split("|")[1]
            path_of: list[tuple[str, str]] = []
            for call in re.findall(r"`([^`]+)`", cell):
                method, _, path = call.partition(" ")
                path_of.append((method, shape(path)))
            # `PUT`, `DELETE /v1/blocks/{business}`: a method without a path shares the next one's.
            for position, (method, path) in enumerate(path_of):
                written.add((method, path or next(p for _, p in path_of[position:] if p)))
    assert written == routes


def test_every_error_code_stands_in_the_spec_and_no_other() -> None:
    source = Path(answers.__file__).read_text("utf-8")
    codes = {cls.code for cls in errors.RequestRefused.__subclasses__()} | set(re.findall(r'code="(\w+)"', source))
    listed = re.search(r"Codes: (.*?)\.\s", section(WIRE, 1), re.DOTALL)
    assert listed
    assert set(re.findall(r"`(\w+)`", listed[1])) == codes


def test_every_class_of_error_has_its_line_in_the_module() -> None:
    assert errors.__doc__
    for cls in errors.RequestRefused.__subclasses__():
        assert re.search(rf"{cls.__name__} +{cls.status} {cls.code}", errors.__doc__), cls


def test_every_refusal_stands_in_the_spec() -> None:
    for code in get_args(RefusalCode):
        assert f"`{code}`" in WIRE + CONSENT, code


def test_every_close_code_stands_in_the_spec_and_no_other() -> None:
    codes = {value for name, value in vars(frames).items() if name.startswith("CLOSE_")}
    assert {int(code) for code in re.findall(r"\b(4[45]\d\d)\b", section(WIRE, 4))} == codes


def test_every_frame_stands_in_the_spec_and_no_other() -> None:
    tags = {kind.__struct_config__.tag for kind in get_args(ClientFrame) + get_args(RelayFrame)}
    rows = [row for row in section(WIRE, 4).splitlines() if row.startswith("|")]
    assert set(re.findall(r"`(\w+) \{", "\n".join(rows))) == tags


def test_every_note_stands_in_the_spec() -> None:
    for what in get_args(Note.__annotations__["what"]) or ("delivered", "expired", "grant", "withdrawal"):
        assert f"`{what}`" in section(WIRE, 4), what


def test_numbers_of_the_spec_are_those_of_the_limits() -> None:
    live = section(WIRE, 4)
    assert f"at most {limits.FRAME_BYTES // 1024**2} MiB a frame" in live
    assert f"at most {limits.ENVELOPES_PER_FRAME} envelopes" in live
    assert f"at most {limits.UNACKNOWLEDGED_EVENTS:,} unacknowledged" in live
    assert f"for {limits.CHALLENGE_SECONDS} s" in section(WIRE, 2)
    assert f"within {limits.WINDOW_SECONDS // 3600} hours" in CONSENT
    assert f"within {limits.CONVERSATION_SECONDS // limits.DAY} days" in CONSENT


def test_the_browsers_types_are_those_of_the_wire() -> None:
    node = ROOT / ".venv/bin/node"
    run = subprocess.run(
        [node, "web/build/wire_types.mjs", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
