"""The examples of spec/vectors, which the browser's tests read too: both languages must agree on every byte."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from handschlag.content.errors import ContentError
from handschlag.content.media import parse_media_file
from handschlag.content.message_id import message_id, parse_message_id
from handschlag.content.payload import encode_content, parse_content, size_for
from handschlag.content.templates.buttons import on_domain
from handschlag.content.templates.components import Component
from handschlag.content.templates.definition import parse_definition
from handschlag.content.templates.parameters import parse_components
from handschlag.content.templates.rendering import render
from handschlag.wire.canonical import canonical_json, hash_of
from handschlag.wire.envelope import Header, check_header, header_bytes, header_hash
from handschlag.wire.errors import WireError
from handschlag.wire.template import TemplateDefinition, template_hash

VECTORS = Path(__file__).parents[2] / "spec" / "vectors"


def cases(name: str, key: str = "cases") -> list[Any]:
    found = json.loads((VECTORS / f"{name}.json").read_text("utf-8"))[key]
    assert found, f"{name}.json has no {key}"
    return list(found)


def template(name: str) -> TemplateDefinition:
    definitions = json.loads((VECTORS / "templates.json").read_text("utf-8"))["definitions"]
    return msgspec.json.decode(definitions[name]["text"], type=TemplateDefinition)


@pytest.mark.parametrize("case", cases("canonical_json"))
def test_canonical_json_has_one_spelling(case: dict[str, Any]) -> None:
    canonical = canonical_json(msgspec.json.decode(case["json"]))
    assert canonical.decode() == case["canonical"]
    assert hash_of(canonical) == case["sha256"]


class TestHeaders:
    @pytest.mark.parametrize("case", cases("headers"))
    def test_a_header_has_one_spelling_and_one_hash(self, case: dict[str, Any]) -> None:
        header = check_header(msgspec.convert(case["header"], Header))
        assert header_bytes(header).decode() == case["canonical"]
        assert header_hash(header) == case["hash"]

    @pytest.mark.parametrize("case", cases("headers", "refused"), ids=lambda case: case["why"])
    def test_a_broken_header_is_refused(self, case: dict[str, Any]) -> None:
        with pytest.raises((WireError, msgspec.ValidationError)):
            check_header(msgspec.json.decode(json.dumps(case["header"]), type=Header))


class TestMessageIds:
    @pytest.mark.parametrize("case", cases("message_ids"))
    def test_a_wamid_is_computed_from_the_envelope_id_and_back(self, case: dict[str, Any]) -> None:
        assert message_id(case["id"]) == case["wamid"]
        assert parse_message_id(case["wamid"]) == case["id"]

    @pytest.mark.parametrize("case", cases("message_ids", "accepted"))
    def test_padding_is_accepted(self, case: dict[str, Any]) -> None:
        assert parse_message_id(case["wamid"]) == case["id"]

    @pytest.mark.parametrize("text", cases("message_ids", "refused"))
    def test_another_text_is_refused(self, text: str) -> None:
        with pytest.raises(WireError):
            parse_message_id(text)


@pytest.mark.parametrize("case", cases("padding"))
def test_content_is_padded_to_exactly_its_bucket(case: dict[str, Any]) -> None:
    header = msgspec.convert(case["header"], Header)
    body = case["body"].encode()
    assert size_for(msgspec.structs.replace(header, size=0), body, case["salt"]) == case["size"]
    content = encode_content(header, body, case["salt"])
    assert len(content) == case["size"]
    parsed = parse_content(content)
    assert parsed.pad == "0" * case["pad"]
    assert (parsed.header, bytes(parsed.body), parsed.salt) == (header, body, case["salt"])


class TestTemplates:
    def test_a_template_is_addressed_by_the_hash_of_its_definition(self) -> None:
        for name, case in json.loads((VECTORS / "templates.json").read_text("utf-8"))["definitions"].items():
            assert template_hash(template(name)) == case["hash"]
            assert hash_of(case["text"].encode()) == case["hash"]

    @pytest.mark.parametrize("case", cases("templates", "rendered"))
    def test_parameters_are_filled_in(self, case: dict[str, Any]) -> None:
        definition = parse_definition(template(case["definition"]))
        components = msgspec.convert(case["components"], list[Component])
        text = json.dumps(case["components"])
        if "blob" not in text and "action" not in text:
            # A request names a file by its id, and a form's data are an object there.
            assert parse_components(case["components"], parse_media_file) == components
        assert msgspec.to_builtins(render(definition, components)) == case["rendered"]

    @pytest.mark.parametrize("case", cases("templates", "refused"), ids=lambda case: case["why"])
    def test_parameters_that_break_a_rule_are_refused(self, case: dict[str, Any]) -> None:
        """The reader's side: components come as they were sealed, no request was parsed."""
        definition = parse_definition(template(case["definition"]))
        with pytest.raises(ContentError) as refused:
            render(definition, msgspec.convert(case["components"], list[Component]))
        assert refused.value.code == case["code"]

    @pytest.mark.parametrize("case", cases("templates", "refused_definitions"), ids=lambda case: case["why"])
    def test_a_definition_that_breaks_a_rule_is_refused(self, case: dict[str, Any]) -> None:
        definition = msgspec.structs.replace(
            template("departure"), components=case["components"], category=case.get("category", "utility")
        )
        with pytest.raises(ContentError) as refused:
            parse_definition(definition)
        assert (refused.value.code, refused.value.subcode) == (case["code"], case["subcode"])

    @pytest.mark.parametrize("case", cases("addresses"), ids=lambda case: case["url"])
    def test_an_address_stays_on_its_domain(self, case: dict[str, Any]) -> None:
        assert on_domain(case["url"], case["domain"]) is case["allowed"]
