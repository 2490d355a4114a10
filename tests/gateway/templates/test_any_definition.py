"""Whatever a program sends as a template is defined or refused, and what is defined can be hashed, read back and shown by the API."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from handschlag.content.errors import ContentError
from handschlag.content.templates.definition import parse_definition
from handschlag.gateway.actions.templates.add_template import TemplateDraft, template_row
from handschlag.gateway.cloud_api.templates.list_templates import template_node
from handschlag.wire.canonical import canonical_json
from handschlag.wire.template import TemplateDefinition
from tests.wire.strategies import QUICK

TYPES = "HEADER body FOOTER BUTTONS carousel LIMITED_TIME_OFFER TEXT IMAGE QUICK_REPLY url otp FLOW copy_code COPY_CODE"
WORDS = st.sampled_from([*TYPES.split(), "https://shop.example/{{1}}", "Hello {{1}}, it is here.", "x", "1", ""])
NAMES = "type format text buttons url phone_number example cards components otp_type flow_id limited_time_offer has_expiration"
KEYS = st.sampled_from([*NAMES.split(), "add_security_recommendation", "code_expiration_minutes", "flow_action"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
COMPONENT = st.fixed_dictionaries(
    {"type": WORDS},
    optional={
        "text": WORDS | VALUES,
        "format": WORDS,
        "buttons": st.lists(
            st.fixed_dictionaries(
                {"type": WORDS, "text": WORDS}, optional={"url": WORDS, "otp_type": WORDS, "example": VALUES}
            ),
            max_size=3,
        )
        | VALUES,
        "cards": VALUES,
        "limited_time_offer": VALUES,
        "example": VALUES,
    },
)


class _Company:
    id = 1
    account = "@" + "a" * 26 + ":r"


@QUICK
@given(st.lists(COMPONENT, max_size=4), st.sampled_from(["UTILITY", "marketing", "AUTHENTICATION"]))
def test_any_components_are_defined_or_refused(components: list[dict[str, Any]], category: str) -> None:
    draft = TemplateDraft("x", "en_US", category, components)
    try:
        row = template_row(_Company, draft, now=0.0)  # type: ignore[arg-type]
    except ContentError as error:
        assert error.code == 100  # noqa: PT017  both outcomes are right
        return
    definition = msgspec.json.decode(row.definition, type=TemplateDefinition)
    assert canonical_json(definition).decode() == row.definition
    assert parse_definition(definition).domain == definition.domain
    assert [one["type"] for one in template_node(row)["components"]] == [str(one["type"]).upper() for one in components]
