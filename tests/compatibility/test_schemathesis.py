"""Every call of the gateway's own openapi.json, with data that fits it and data that does not: nothing is answered with 5xx."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import requests
import schemathesis
from hypothesis import given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from handschlag.content.service_types import SERVICE_TYPES
from handschlag.gateway.cloud_api.openapi.error_shape import ErrorAnswer
from handschlag.gateway.cloud_api.routes import openapi_text
from tests.sandbox.process import SandboxProcess

# So many requests for each call, the same ones in every run.
EXAMPLES = 6
SCHEMA = schemathesis.openapi.from_dict(json.loads(openapi_text()))
SCHEMA.config.generation.update(with_security_parameters=False)
CALLS = {found.ok().label: found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok)}
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]

# What an edge hangs on; all others hang on a phone number.
ACCOUNT = frozenset(
    {
        *("phone_numbers", "template_analytics", "assigned_users", "message_templates", "upsert_message_templates"),
        *("migrate_message_templates", "message_template_previews", "subscribed_apps", "flows", "migrate_flows"),
    }
)
APP = frozenset(
    {
        *("uploads", "subscriptions", "webhook_deliveries", "webhook_replay", "webhook_events"),
        *(f"{whose}_whatsapp_business_accounts" for whose in ("owned", "assigned", "client")),
    }
)
TEMPLATE, FLOW = frozenset({"unpause", "compare"}), frozenset({"assets", "publish", "deprecate"})
# Deregistered, the number would send nothing for the calls after it: here it is always somebody else's.
NOBODY = frozenset({"deregister"})

Case = schemathesis.Case[Any]


class Target:
    """A sandbox, and one object of each kind in it."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        given = sandbox.connection
        self.url = given["gateway_url"]
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {given['access_token']}"
        # Looking up an unknown host takes seconds where there is no network: callbacks are refused at once instead.
        self.callback = f"{given['gateway_url']}/health"
        self.ids = {"number": given["phone_number_id"], "account": given["waba_id"], "app": given["app_id"]}
        account = f"/{given['waba_id']}"
        body = {"type": "BODY", "text": "Ihr Koffer ist gefunden."}
        template = {"name": "koffer", "language": "de", "category": "UTILITY", "components": [body]}
        self.ids["template"] = sandbox.api("POST", f"{account}/message_templates", json=template)[1]["id"]
        flow = {"name": "Umfrage", "categories": ["SURVEY"]}
        self.ids["flow"] = sandbox.api("POST", f"{account}/flows", json=flow)[1]["id"]
        self.ids["nobody"] = "999999999999999"
        events = {"delivery": "cursor"}
        assert sandbox.api("POST", f"/{given['app_id']}/subscriptions", json=events)[0] == 200
        upload = {"file_type": "image/png", "file_length": 100}
        self.upload = sandbox.api("POST", f"/{given['app_id']}/uploads", json=upload)[1]["id"].partition("?")[0]

    def id_for(self, path: str, generated: str) -> str:
        """Return the id of what an edge hangs on; for `/{id}` of anything."""
        edge = path.split("/")[2] if path.count("/") > 1 else ""
        if not edge:
            return list(self.ids.values())[int(generated) % len(self.ids)]
        for kind, edges in (("account", ACCOUNT), ("app", APP), ("template", TEMPLATE), ("flow", FLOW)):
            if edge in edges:
                return self.ids[kind]
        return self.ids["nobody" if edge in NOBODY else "number"]


@pytest.fixture(scope="module")
def target(sandbox: SandboxProcess) -> Iterator[Target]:
    made = Target(sandbox)
    yield made
    made.session.close()


@pytest.mark.parametrize("name", CALLS)
def test_whatever_is_sent_is_answered_as_the_document_says(name: str, target: Target) -> None:
    fitting_or_not = st.one_of(*(CALLS[name].as_strategy(generation_mode=mode) for mode in schemathesis.GenerationMode))

    @settings(max_examples=EXAMPLES, derandomize=True, deadline=None, database=None)
    @given(case=fitting_or_not)
    def send(case: Case) -> None:
        aim(case, target)
        answer = case.call(base_url=target.url, session=target.session)
        case.validate_response(answer, checks=CHECKS)
        if answer.status_code >= 400:
            assert msgspec.json.decode(answer.content, type=ErrorAnswer).error.fbtrace_id
            assert answer.headers["content-type"][0].startswith("application/json")

    send()


def aim(case: Case, target: Target) -> None:
    """Let a request that fits its path meet an object that exists."""
    path = case.path_parameters
    if path.get("id", "").isascii() and path.get("id", "").isdigit():
        path["id"] = target.id_for(case.path, path["id"])
    if path.get("upload", "").startswith("upload:"):
        path["upload"] = target.upload
    query = case.query or {}
    if str(query.get("wait", "")).isdigit():
        # Otherwise the request waits that long for an event.
        query["wait"] = str(min(int(query["wait"]), 1) if int(query["wait"]) <= 30 else query["wait"])
    if isinstance(case.body, dict):
        if case.path == "/{id}/messages":
            aim_message(case.body)
        if isinstance(case.body.get("categories"), list):
            case.body["categories"] = ["SURVEY"]
        for name in ("callback_url", "override_callback_uri"):
            if isinstance(case.body.get(name), str) and case.body[name]:
                case.body[name] = target.callback


def aim_message(body: dict[str, Any]) -> None:
    """Let a message come as far as the parser of its type, whose part is any JSON."""
    parts = [name for name, value in body.items() if name in SERVICE_TYPES or name == "template" if value is not None]
    for name in ("status", "recipient_type", *(name for name, value in list(body.items()) if value is None)):
        body.pop(name, None)
    body |= {"messaging_product": "whatsapp", "to": "4915112345678"}
    body["type"] = parts[0] if parts else "text"


def test_the_document_tried_is_the_one_that_is_served(sandbox: SandboxProcess) -> None:
    for path in ("/openapi.json", "/v24.0/openapi.json"):
        status, served = sandbox.api("GET", path, headers={})
        assert (status, served) == (200, json.loads(openapi_text()))
