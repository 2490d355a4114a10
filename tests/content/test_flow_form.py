"""spec/vectors/flows.json: expressions, what is wrong with what was filled in, and forms step by step."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from handschlag.content.flows.expressions import ExpressionBroken, Reference, parse_expression, resolve
from handschlag.content.flows.fields import problem_with
from handschlag.content.flows.form import FlowForm

VECTORS = json.loads((Path(__file__).parents[2] / "spec/vectors/flows.json").read_text())


class Given:
    """The values the vectors' expressions refer to."""

    def look_up(self, reference: Reference) -> Any:
        given = VECTORS["given"]
        value = given["screens"].get(reference.screen, {}) if reference.screen else given
        value = value.get(reference.source)
        for name in reference.path:
            value = value.get(name) if isinstance(value, dict) else None
        return value


@pytest.mark.parametrize("vector", VECTORS["expressions"], ids=lambda vector: vector["text"])
def test_an_expression_stands_for_this(vector: dict[str, Any]) -> None:
    assert resolve(vector["text"], Given()) == vector["value"]


@pytest.mark.parametrize(
    "text",
    ["`1 +`", "`(1`", "`1 2 )`", "`@`", "`${nothing}`", "`${data.}`", "`" + "(" * 200 + "`", "`" + "1+" * 300 + "1`"],
)
def test_what_is_no_expression_is_refused_and_breaks_nothing(text: str) -> None:
    with pytest.raises(ExpressionBroken):
        parse_expression(text)


@pytest.mark.parametrize(
    "vector", VECTORS["entries"], ids=lambda vector: f"{vector['component']['type']} {vector['value']}"[:60]
)
def test_a_value_is_right_or_wrong_in_this_way(vector: dict[str, Any]) -> None:
    assert problem_with(vector["component"], vector["value"]) == vector["problem"]


@pytest.mark.parametrize("number", range(len(VECTORS["forms"])))
def test_a_form_takes_these_steps(number: int) -> None:
    vector = VECTORS["forms"][number]
    form = FlowForm(vector["flow"], vector["token"])
    for step in vector["steps"]:
        name, *arguments = step["do"]
        outcome = getattr(form, name)(*arguments)
        told = {"kind": type(outcome).__name__.lower(), **outcome._asdict()}
        told.pop("why", None)
        seen = {
            "gives": told,
            "screen": form.screen,
            "asking": form.asking,
            "notice": form.notice,
            "problem": form.problem,
            "can_go_back": form.can_go_back,
            "check": form.check() if form.screen else {},
            "shown": form.shown(),
        }
        assert json.loads(json.dumps(seen)) == {key: value for key, value in step.items() if key != "do"}, step["do"]


def test_an_address_that_is_not_https_is_not_opened() -> None:
    link = {"type": "EmbeddedLink", "text": "Go", "on-click-action": {"name": "open_url", "url": "${data.url}"}}
    screens = [{"id": "A", "layout": {"type": "SingleColumnLayout", "children": [link]}}]
    form = FlowForm({"version": "7.3", "screens": screens}, "t")
    form.open(data={"url": "javascript:alert(1)"})
    assert type(form.follow(0)).__name__ == "Impossible"
