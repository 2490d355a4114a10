"""openapi.json says what the code does: every call has a summary, and every parameter that is read stands in a shape."""

from __future__ import annotations

import ast
import inspect
import json
import sys
import textwrap
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any

import msgspec
import pytest

from handschlag.gateway.cloud_api import nodes
from handschlag.gateway.cloud_api.openapi.error_shape import ErrorAnswer
from handschlag.gateway.cloud_api.openapi.operations import summary
from handschlag.gateway.cloud_api.route import JSON, OpenRoute, Route, shapes_of
from handschlag.gateway.cloud_api.routes import OPEN_ROUTES, ROUTES, openapi_text
from tests.gateway.house import House

CALLS: dict[str, Route | OpenRoute] = {
    f"{method} /{'/'.join(pattern)}": row for pattern, methods in ROUTES.items() for method, row in methods.items()
} | {f"GET /{'/'.join(pattern)}": row for pattern, row in OPEN_ROUTES.items()}
DOCUMENT = json.loads(openapi_text())
# Ways to parameters that pass by `Call.read`, whatever they read.
BY_HAND = {"parameters", "read_parameters", "read_json_text", "query", "multipart"}


class TestSummaries:
    @pytest.mark.parametrize("name", CALLS)
    def test_every_call_says_what_it_does(self, name: str) -> None:
        said = summary(CALLS[name].handler)
        assert said.endswith(".")
        assert len(said.split()) > 2

    def test_every_call_of_the_table_stands_in_the_document(self) -> None:
        described = {f"{m.upper()} {path}" for path, methods in DOCUMENT["paths"].items() for m in methods}
        assert described == set(CALLS)

    def test_no_two_shapes_have_one_name(self) -> None:
        shapes = {shape for row in CALLS.values() for shape in shapes_of(row.takes)}
        assert len({shape.__name__ for shape in shapes}) == len(shapes)


class TestParameters:
    """A handler's own code and that of the functions of the API's door which it calls are looked through."""

    @pytest.mark.parametrize("name", CALLS)
    def test_what_is_read_is_what_the_table_names(self, name: str) -> None:
        row = CALLS[name]
        declared = {shape.__name__ for shape in shapes_of(row.takes)}
        read, by_hand = set[str](), set[str]()
        for function in handlers_of(row):
            for called in reached(function):
                for shape, word in ways_to_parameters(called):
                    (read if shape else by_hand).add(shape or word)
        assert read <= declared, f"{name} reads {read - declared}, which its row does not name"
        assert declared or not by_hand, f"{name} reads parameters ({by_hand}), and its row names no shape"
        if isinstance(row, Route) and row.body == JSON and not by_hand:
            assert read == declared, f"{name} names {declared - read} and does not read it"


def handlers_of(row: Route | OpenRoute) -> list[Callable[..., Any]]:
    """Return a row's handler; for `POST /{id}` those of every kind of node too."""
    if row.handler is nodes.update_node:
        return [row.handler, *(kind.update for kind in nodes.KINDS if kind.update is not None)]
    return [row.handler]


def reached(function: Any) -> Iterator[Any]:
    """Yield a function, and all functions under `cloud_api` that it calls."""
    waiting, seen = [function], set()
    while waiting:
        found = waiting.pop()
        if found in seen or not isinstance(found, FunctionType) or ".cloud_api." not in found.__module__:
            continue
        if found.__module__.endswith((".cloud_api.call", ".parse_shape", ".request_body", ".authorize", ".fields")):
            continue
        seen.add(found)
        yield found
        module = sys.modules[found.__module__]
        calls = [node for node in ast.walk(tree_of(found)) if isinstance(node, ast.Call)]
        waiting += [named(module, call.func) for call in calls]


def named(module: Any, node: ast.expr) -> Any:
    if isinstance(node, ast.Name):
        return getattr(module, node.id, None)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return getattr(getattr(module, node.value.id, None), node.attr, None)
    return None


def ways_to_parameters(function: Any) -> Iterator[tuple[str, str]]:
    """Yield the shapes a function reads, and the words by which it reads parameters itself, unless only to take them off the line."""
    for node in ast.walk(tree_of(function)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "read":
            if (
                isinstance(node.func.value, ast.Name)
                and node.func.value.id == "call"
                and isinstance(node.args[0], ast.Name)
            ):
                yield node.args[0].id, ""
        elif isinstance(node, ast.Attribute) and node.attr in BY_HAND and not thrown_away(function, node):
            yield "", node.attr
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BY_HAND:
            yield "", node.func.id


def thrown_away(function: Any, word: ast.expr) -> bool:
    """Whether a word stands in a statement that only says `await call.parameters()`."""
    lines = [node for node in ast.walk(tree_of(function)) if isinstance(node, ast.Expr)]
    return any(line.lineno == word.lineno and isinstance(line.value, ast.Await) for line in lines)


def tree_of(function: Any) -> ast.Module:
    return ast.parse(textwrap.dedent(inspect.getsource(function)))


class TestServed:
    @pytest.mark.asyncio(loop_scope="module")
    async def test_it_needs_no_token_and_takes_a_version(self, shared_house: House) -> None:
        for path in ("/openapi.json", "/v24.0/openapi.json", "/openapi.json/"):
            status, answer, headers = await shared_house.call("GET", path, headers={})
            assert (status, answer) == (200, DOCUMENT)
            assert headers["Content-Type"].startswith("application/json")
        assert answer["openapi"] == "3.1.0"

    @pytest.mark.asyncio(loop_scope="module")
    async def test_errors_have_the_shape_it_shows(self, shared_house: House) -> None:
        for method, path in (
            ("GET", "/1"),
            ("POST", f"/{shared_house.company.phone_number_id}/messages"),
            ("PUT", "/"),
        ):
            status, answer, _ = await shared_house.call(method, path)
            assert status >= 400
            assert msgspec.convert(answer, ErrorAnswer).error.error_data.details

    def test_limits_stand_in_it(self) -> None:
        schemas = DOCUMENT["components"]["schemas"]
        assert schemas["PostLink"]["properties"]["prefilled_message"]["maxLength"] == 140
        assert schemas["PostLink"]["required"] == ["prefilled_message"]
        events = DOCUMENT["paths"]["/{id}/webhook_events"]["get"]["parameters"]
        assert {"name": "wait", "in": "query", "schema": {"type": "integer", "minimum": 0, "maximum": 30}} in events
        assert DOCUMENT["paths"]["/health"]["get"]["security"] == []
        assert DOCUMENT["paths"]["/{id}/messages"]["post"]["security"] == [{"token": []}]
