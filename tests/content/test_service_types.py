"""Free-form messages of every type: what a sender may say is what a reader understands, and nothing else passes."""

from __future__ import annotations

import copy
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handschlag.content.bodies import parse_body
from handschlag.content.errors import ContentError
from handschlag.content.media import MEDIA_TYPES
from handschlag.content.media import MediaFile as _MediaFile
from handschlag.content.reaction import is_emoji
from handschlag.content.service_types import (
    SERVICE_TYPES,
    KnownMessage,
    UnsupportedMessage,
    may_send,
    parse_message,
    type_of,
)
from handschlag.gateway.rules.wanted_files import WantedFiles, fill_in, path_of
from tests.content.message_examples import ANSWERED, BUTTONS, CARD, LIST, SENT, cards, file_of
from tests.content.test_spec_vectors import cases
from tests.wire.strategies import JSON, QUICK

_encode = msgspec.json.Encoder(order="sorted").encode
MEDIA = {
    kind: {"type": kind, kind: {**file_of(kind), "caption": "c", "filename": "f", "voice": True}}
    for kind in MEDIA_TYPES
}
WITH_FILES = {
    **MEDIA,
    "image header": {"type": "interactive", "interactive": {**BUTTONS, "header": {"type": "image", "image": file_of("image")}}},
    "carousel": {"type": "interactive", "interactive": cards({"type": "video", "video": file_of("video")})},
}  # fmt: skip
ALL = {**SENT, **ANSWERED, **WITH_FILES}


def put(message: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return a copy of a message with one field changed; `...` removes it."""
    changed = copy.deepcopy(message)
    place: Any = changed
    *steps, last = path_of(path)
    for step in steps:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return changed


@pytest.mark.parametrize("name", ALL)
def test_what_is_sealed_is_what_the_reader_understands(name: str) -> None:
    message = parse_message(ALL[name])
    assert parse_body("service", _encode(message)) == message
    assert type_of(message) == ALL[name]["type"]


@pytest.mark.parametrize("name", [*SENT, *ANSWERED])
def test_nothing_of_the_object_is_lost_or_added(name: str) -> None:
    assert msgspec.to_builtins(parse_message(ALL[name])) == ALL[name]


@pytest.mark.parametrize("name", ALL)
def test_each_end_sends_only_what_is_its_own(name: str) -> None:
    message = parse_message(ALL[name])
    both = {*MEDIA, "text", "location", "contacts", "reaction"}
    assert may_send(message, "customer") == (name in both or name in ANSWERED)
    assert may_send(message, "business") == (name not in ANSWERED)


def test_a_new_type_stands_in_the_examples_too() -> None:
    assert {message["type"] for message in ALL.values()} == set(SERVICE_TYPES)


WRONG: list[tuple[str, str, Any, int, str]] = [
    ("text", "text.body", "x" * 4097, 100, "got 4097 characters, at most 4096"),
    ("location", "location.latitude", 90.01, 131009, "got 90.01, expected degrees from -90 to 90"),
    ("location", "location.longitude", "-181", 131009, "got '-181', expected degrees from -180 to 180"),
    ("location", "location.latitude", "north", 131009, "got 'north'"),
    ("location", "location.latitude", float("nan"), 131009, "got nan"),
    ("location", "location.latitude", True, 100, "got bool, expected a number"),
    ("location", "location.longitude", ..., 131008, "is missing"),
    ("location", "location.name", "x" * 1001, 100, "got 1001 characters, at most 1000"),
    ("contacts", "contacts", [], 131009, "got 0 entries, expected 1 to 257"),
    ("contacts", "contacts", [CARD] * 258, 131009, "got 258 entries"),
    ("contacts", "contacts[0].name.first_name", ..., 131008, "got formatted_name alone"),
    ("contacts", "contacts[0].name.formatted_name", ..., 131008, "is missing"),
    ("contacts", "contacts[0].birthday", "18.08.2012", 131009, "got '18.08.2012', expected a day like 2012-08-18"),
    ("contacts", "contacts[0].phones", {"phone": "1"}, 100, "got dict, expected an array"),
    ("reaction", "reaction.emoji", "ab", 131009, "got 'ab', expected one emoji"),
    ("reaction", "reaction.message_id", ..., 131008, "is missing"),
    ("buttons", "interactive.action.buttons", [], 131009, "got 0 entries, expected 1 to 3"),
    ("buttons", "interactive.action.buttons[0].reply.title", "x" * 21, 100, "got 21 characters, at most 20"),
    ("buttons", "interactive.action.buttons[0].reply.id", "x" * 257, 100, "got 257 characters, at most 256"),
    ("buttons", "interactive.action.buttons[0].reply.id", "no", 100, "got 'no' twice"),
    ("buttons", "interactive.action.buttons[0].reply.title", "No", 100, "got 'No' twice"),
    ("buttons", "interactive.body.text", "x" * 1025, 100, "got 1025 characters, at most 1024"),
    ("buttons", "interactive.body", ..., 131008, "is missing"),
    ("buttons", "interactive.footer.text", "x" * 61, 100, "got 61 characters, at most 60"),
    ("buttons", "interactive.header.text", "x" * 61, 100, "got 61 characters, at most 60"),
    ("buttons", "interactive.header.type", "sound", 131009, "got 'sound'"),
    ("buttons", "interactive.type", "hologram", 131009, "got 'hologram'"),
    ("buttons", "interactive.type", "product", 131051, "catalogues are not offered"),
    ("buttons", "interactive.type", "voice_call", 131051, "calls are not offered"),
    ("list", "interactive.action.button", "x" * 21, 100, "got 21 characters, at most 20"),
    ("list", "interactive.action.sections[0].title", ..., 131008, "is missing"),
    ("list", "interactive.action.sections[0].title", "x" * 25, 100, "got 25 characters, at most 24"),
    ("list", "interactive.action.sections[0].rows[0].id", "20c", 100, "got '20c' twice"),
    ("list", "interactive.action.sections[0].rows[0].description", "x" * 73, 100, "got 73 characters, at most 72"),
    ("list", "interactive.action.sections[0].rows", [{"id": str(i), "title": "r"} for i in range(10)], 131009, "got 11 rows in all"),
    ("list", "interactive.action.sections", [LIST["action"]["sections"][1]] * 11, 131009, "got 11 entries"),  # type: ignore[index]
    ("list", "interactive.header", {"type": "image", "image": {"id": "1"}}, 131009, "got 'image', expected text"),
    ("cta_url", "interactive.action.parameters.url", "ftp://x", 131009, "got 'ftp://x'"),
    ("cta_url", "interactive.action.parameters.display_text", "x" * 21, 100, "got 21 characters, at most 20"),
    ("cta_url", "interactive.action.name", "cta", 131009, "got 'cta', expected 'cta_url'"),
    ("location_request", "interactive.action.name", ..., 131008, "is missing"),
    ("flow", "interactive.action.parameters.flow_name", "both", 100, "got both, expected either"),
    ("flow", "interactive.action.parameters.flow_id", ..., 100, "got neither, expected either"),
    ("flow", "interactive.action.parameters.flow_cta", "x" * 31, 100, "got 31 characters, at most 30"),
    ("flow", "interactive.action.parameters.flow_action", "jump", 131009, "got 'jump', expected navigate or data_exchange"),
    ("flow", "interactive.action.parameters.mode", "test", 131009, "got 'test', expected published or draft"),
    ("carousel", "interactive.action.cards", [], 131009, "got 0 entries, expected 2 to 10"),
    ("carousel", "interactive.action.cards[1].card_index", 0, 131009, "got 0, expected 1"),
    ("carousel", "interactive.action.cards[1].header.type", "document", 131008, "is missing"),
    ("carousel", "interactive.action.cards[0].body.text", "x" * 161, 100, "got 161 characters, at most 160"),
    ("carousel", "interactive.action.cards[0].action", {"buttons": [{"type": "quick_reply", "quick_reply": {"id": "1", "title": "t"}}]}, 131009, "expected the same on all"),
    ("image", "image.caption", "x" * 1025, 100, "got 1025 characters, at most 1024"),
    ("image", "image.mime_type", "text/html", 131009, "got 'text/html'"),
    ("image", "image.file_size", 5 * 1024 * 1024 + 1, 131009, "at most 5242880 bytes"),
    ("image", "image.blob.key", "short", 131009, "expected"),
    ("button_reply", "context", ..., 131008, "is missing"),
    ("nfm_reply", "interactive.nfm_reply.response_json", "[]", 131009, "expected a JSON object as text"),
    ("edit", "edit.message.type", "sticker", 131009, "got 'sticker'"),
    ("edit", "edit.message.text.body", "", 100, "got 0 characters"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "path", "value", "code", "told"), WRONG, ids=[f"{w[1]}={str(w[2])[:20]}" for w in WRONG]
)
def test_what_breaks_a_limit_is_told_with_field_value_and_limit(
    name: str, path: str, value: Any, code: int, told: str
) -> None:
    with pytest.raises(ContentError) as caught:
        parse_message(put(ALL[name], path, value))
    assert caught.value.code == code
    assert told in caught.value.details
    # The field named is the one that was broken, or what it stands in.
    assert path_of(caught.value.field)[0] == path_of(path)[0]


@pytest.mark.parametrize(("name", "path", "value"), [w[:3] for w in WRONG if w[0] != "text"])
def test_a_reader_keeps_as_unsupported_what_a_sender_may_not_say(name: str, path: str, value: Any) -> None:
    if value != value:  # noqa: PLR0124  NaN has no spelling in JSON
        return
    found = parse_body("service", _encode(put(ALL[name], path, value)))
    assert isinstance(found, UnsupportedMessage)
    assert found.type == ALL[name]["type"]


@pytest.mark.parametrize("given", [37.5, "37.5", 37, "37"])
def test_degrees_may_be_numbers_or_texts(given: Any) -> None:
    message = parse_message(put(SENT["location"], "location.latitude", given))
    assert msgspec.to_builtins(message)["location"]["latitude"] == float(given)


@pytest.mark.parametrize("emoji", ["😀", "❤️", "👍🏽", "👩‍👩‍👧", "🇩🇪", "1️⃣", "✈️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "™"])
def test_one_emoji_is_a_reaction(emoji: str) -> None:
    assert is_emoji(emoji)


@pytest.mark.parametrize(
    "text", ["", "a", "1", "ok", "😀😀", "😀 ", "\u202e😀", "🇩🇪🇫🇷", "<b>", "ß", "\u200d", "😀" * 40]
)
def test_anything_else_is_none(text: str) -> None:
    assert not is_emoji(text)


def test_an_empty_emoji_is_sealed_as_none() -> None:
    taken_back = parse_message(put(SENT["reaction"], "reaction.emoji", ""))
    assert _encode(taken_back).count(b"emoji") == 0


class TestFilesOfARequest:
    """A program names a file by id or link; the body has a gap there until the file is brought."""

    @pytest.mark.parametrize("name", WITH_FILES)
    def test_the_gap_is_filled_where_the_program_named_the_file(self, name: str) -> None:
        sealed = parse_message(WITH_FILES[name])
        asked, given = _asked(WITH_FILES[name])
        files = WantedFiles()
        body = _encode(parse_message(asked, files))
        assert [wanted.link for wanted in files.found] == [f"https://example.com/{i}" for i in range(len(given))]
        brought = [(wanted, msgspec.convert(file, _MediaFile)) for wanted, file in zip(files.found, given, strict=True)]
        assert parse_body("service", fill_in(body, brought)) == sealed

    def test_a_gap_is_never_taken_for_a_file(self) -> None:
        asked, _ = _asked(MEDIA["image"])
        assert isinstance(parse_body("service", _encode(parse_message(asked, WantedFiles()))), UnsupportedMessage)

    @pytest.mark.parametrize(
        ("part", "told"),
        [
            ({}, "is missing"),
            ({"id": "1", "link": "https://example.com"}, "got both id and link"),
            ({"id": "abc"}, "got 'abc'"),
            ({"link": "file:///etc/passwd"}, "got 'file:///etc/passwd'"),
            ({"id": ["1"]}, "got list"),
        ],
    )
    def test_a_file_is_named_exactly_once(self, part: dict[str, Any], told: str) -> None:
        with pytest.raises(ContentError, match=r".") as caught:
            parse_message({"type": "image", "image": part}, WantedFiles())
        assert told in caught.value.details

    def test_a_number_is_an_id_too(self) -> None:
        files = WantedFiles()
        parse_message({"type": "image", "image": {"id": 123456789012345}}, files)
        assert files.found[0].id == "123456789012345"


def _asked(message: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a sealed message as a program asks for it, and the files it names."""
    given: list[dict[str, Any]] = []

    def visit(value: Any) -> Any:
        if isinstance(value, list):
            return [visit(item) for item in value]
        if not isinstance(value, dict):
            return value
        if "blob" in value:
            pointer = ("mime_type", "sha256", "file_size", "blob")
            given.append({name: value[name] for name in pointer})
            rest = {name: value[name] for name in value if name not in pointer}
            return {"link": f"https://example.com/{len(given) - 1}", **rest}
        return {name: visit(item) for name, item in value.items()}

    return visit(message), given


_TEXTS = st.text(min_size=1, max_size=20)


@QUICK
@given(st.sampled_from(sorted(ALL)), st.data())
def test_whatever_the_door_accepts_the_reader_understands_equally(name: str, data: st.DataObject) -> None:
    """Replaces one leaf of a good message by any text, number or nothing: either both ends take it, or neither."""
    paths = list(_leaves(ALL[name], ""))
    changed = put(ALL[name], data.draw(st.sampled_from(paths)), data.draw(_TEXTS | st.integers() | st.booleans()))
    try:
        message = parse_message(changed)
    except ContentError:
        return
    assert parse_body("service", _encode(message)) == message


@QUICK
@given(st.sampled_from(sorted(SERVICE_TYPES)), JSON)
def test_any_part_is_refused_or_understood(type_: str, part: Any) -> None:
    try:
        message: KnownMessage = parse_message({"type": type_, type_: part})
    except ContentError:
        return
    assert parse_body("service", _encode(message)) == message


def _leaves(value: Any, path: str) -> Any:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _leaves(item, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from _leaves(item, f"{path}[{i}]")
    elif path != "type":
        yield path


class TestTheBrowsersExamples:
    """spec/vectors/messages.json is read by the messenger's tests too: both show the same messages, and neither any other."""

    def test_each_that_is_shown_is_understood_and_a_companys(self) -> None:
        for message in cases("messages", "shown"):
            assert may_send(parse_message(message), "business"), message

    def test_each_that_is_not_shown_is_none_a_company_may_send(self) -> None:
        for message in cases("messages", "unsupported"):
            found = parse_body("service", _encode(message))
            assert isinstance(found, UnsupportedMessage) or not may_send(found, "business"), message  # type: ignore[arg-type]
