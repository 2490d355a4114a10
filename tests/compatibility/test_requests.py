"""Requests as other clients spell them: every body encoding, with and without version, with slashes to spare."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.sandbox.process import DEPARTURE, SandboxProcess
from tests.sandbox.webhooks import Endpoint

MESSAGE = {"messaging_product": "whatsapp", "type": "text"}


@pytest.fixture(scope="module")
def ines(sandbox: SandboxProcess) -> dict[str, str]:
    """A customer who wrote just now, and agreed to utility messages."""
    made = sandbox.customer("Ines Brandt", consent=["utility"])
    sandbox.write(made, "Moin")
    return made


def spellings(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return a request's body in every encoding a client is known to use."""
    text = json.dumps(body).encode()
    flat = {name: value if isinstance(value, str) else json.dumps(value) for name, value in body.items()}

    def chunks() -> Iterator[bytes]:
        yield text[:20]
        yield text[20:]

    return {
        "JSON": {"json": body},
        "JSON in chunks, without a length": {"content": chunks(), "headers": {"Content-Type": "application/json"}},
        "JSON without a content type": {"content": text},
        "JSON under a form's content type": {
            "content": text,
            "headers": {"Content-Type": "application/x-www-form-urlencoded"},
        },
        "form": {"data": flat},
        "multipart": {"files": {name: (None, value) for name, value in flat.items()}},
        "query": {"params": flat},
    }


class TestBodies:
    @pytest.mark.parametrize("spelling", spellings({}))
    def test_a_text(self, sandbox: SandboxProcess, ines: dict[str, str], spelling: str) -> None:
        body = {**MESSAGE, "to": ines["wa_id"], "text": {"body": f"{spelling}: Grüße / 🛫", "preview_url": False}}
        request = spellings(body)[spelling]
        request["headers"] = {"Authorization": f"Bearer {sandbox.connection['access_token']}", **request.get("headers", {})}  # fmt: skip
        status, answer = sandbox.api("POST", f"/v23.0/{sandbox.connection['phone_number_id']}/messages", **request)
        assert status == 200, answer
        shown = sandbox.received(ines, answer["messages"][0]["id"])
        assert shown["text"]["body"] == f"{spelling}: Grüße / 🛫"

    @pytest.mark.parametrize("place", ["query", "form"])
    def test_the_token_may_stand_beside_the_parameters(
        self, sandbox: SandboxProcess, ines: dict[str, str], place: str
    ) -> None:
        token = {"access_token": sandbox.connection["access_token"]}
        body = {**MESSAGE, "to": ines["wa_id"], "text": json.dumps({"body": "Moin"})}
        request: dict[str, Any] = {"params": token, "json": {**body, "text": {"body": "Moin"}}} if place == "query" else {"data": body | token}  # fmt: skip
        path = f"/{sandbox.connection['phone_number_id']}/messages"
        assert sandbox.api("POST", path, headers={}, **request)[0] == 200

    def test_what_chatwoot_sends(self, sandbox: SandboxProcess, ines: dict[str, str]) -> None:
        text = {"to": ines["wa_id"], "text": {"body": "Moin"}, "type": "text", "context": None}
        sandbox.received(ines, sandbox.send(text))
        template = {
            "name": "hello_world",
            "language": {"policy": "deterministic", "code": "en_US"},
            "components": [],
        }
        sandbox.received(ines, sandbox.send({"to": ines["wa_id"], "type": "template", "template": template}))

    def test_types_of_a_template_in_any_case_and_an_index_as_a_number(
        self, sandbox: SandboxProcess, ines: dict[str, str]
    ) -> None:
        shouted = json.loads(json.dumps(DEPARTURE).replace('"text"}', '"TEXT"}').replace('"body"', '"BODY"'))
        shouted[2] |= {"type": "BUTTON", "sub_type": "URL", "index": 0}
        sandbox.received(ines, sandbox.send_template(ines["wa_id"], "departure", "en_US", shouted))

    def test_unknown_keys_are_ignored(self, sandbox: SandboxProcess, ines: dict[str, str]) -> None:
        body = {"to": ines["wa_id"], "text": {"body": "Moin", "colour": "blue"}, "shiny": True, "message_activity_sharing": True}  # fmt: skip
        sandbox.received(ines, sandbox.send(body))

    @pytest.mark.parametrize("spell", ["{}", "+{}", "+{0:.3} ({0[3]}{0[4]}) {1}"])
    def test_a_number_is_echoed_as_given_and_answered_in_digits(self, sandbox: SandboxProcess, spell: str) -> None:
        number = "491709876543"
        given = spell.format(number, number[5:])
        path = f"/{sandbox.connection['phone_number_id']}/messages"
        _, answer = sandbox.api("POST", path, json={**MESSAGE, "to": given, "text": {"body": "Moin"}})
        assert answer["contacts"] == [{"input": given, "wa_id": number}]


class TestPaths:
    @pytest.mark.parametrize("path", ["/v23.0/{}/messages", "/v99.0/{}/messages", "/v24/{}/messages", "/{}/messages", "/v24.0/{}/messages/", "//v24.0//{}/messages"])  # fmt: skip
    def test_any_version_or_none_and_any_slashes(
        self, sandbox: SandboxProcess, ines: dict[str, str], path: str
    ) -> None:
        body = {**MESSAGE, "to": ines["wa_id"], "text": {"body": path}}
        status, answer = sandbox.api("POST", path.format(sandbox.connection["phone_number_id"]), json=body)
        assert status == 200, answer

    @pytest.mark.parametrize("path", ["/{}", "/{}/", "/v24.0/{}/"])
    def test_forty_unknown_fields_are_left_out(self, sandbox: SandboxProcess, path: str) -> None:
        fields = ",".join([f"unknown_{n}" for n in range(40)])
        number = sandbox.connection["phone_number_id"]
        assert sandbox.api("GET", path.format(number), params={"fields": fields}) == (200, {"id": number})

    @pytest.mark.parametrize(("token", "kind"), [("wrong", "OAuthException"), (None, "GraphMethodException")])
    def test_n8n_tells_a_good_token_from_a_bad_one_at_the_root(
        self, sandbox: SandboxProcess, token: str | None, kind: str
    ) -> None:
        headers = {"Authorization": f"Bearer {token or sandbox.connection['access_token']}"}
        status, answer = sandbox.api("GET", "/v13.0/", headers=headers)
        assert status in {400, 401}
        assert answer["error"]["type"] == kind

    def test_pages_of_one_lead_to_the_end_on_this_host(self, sandbox: SandboxProcess) -> None:
        path, params, seen = f"/v24.0/{sandbox.connection['waba_id']}/message_templates", {"limit": "1"}, []
        _, answer = sandbox.api("GET", path, params=params)
        while True:
            seen += [template["id"] for template in answer["data"]]
            following = answer["paging"].get("next")
            if following is None:
                break
            assert following.startswith(sandbox.connection["gateway_url"])
            answer = sandbox.http.get(following, headers={"Authorization": f"Bearer {sandbox.connection['access_token']}"}).json()  # fmt: skip
        assert len(seen) == len(set(seen)) == 4


class TestSubscriptions:
    """As pywa (query), n8n (form with a JSON array) and others (JSON) make them, with the app's own token."""

    @pytest.mark.parametrize("spelling", ["query", "form", "JSON"])
    def test_every_spelling_is_verified_and_told(
        self, sandbox: SandboxProcess, ines: dict[str, str], spelling: str
    ) -> None:
        given = sandbox.connection
        endpoint = Endpoint("n8n's own", given["app_secret"])
        try:
            token = sandbox.http.get(
                given["gateway_url"] + "/v19.0/oauth/access_token",
                params={
                    "grant_type": "client_credentials",
                    "client_id": given["app_id"],
                    "client_secret": given["app_secret"],
                },
            ).json()["access_token"]
            wanted = {
                "object": "whatsapp_business_account",
                "callback_url": endpoint.url,
                "verify_token": "n8n's own",
                "fields": '["messages"]' if spelling == "form" else "messages,account_update",
                "include_values": "true",
            }
            path = f"/v19.0/{given['app_id']}/subscriptions"
            headers = {"Authorization": f"Bearer {token}"}
            spelled: dict[str, dict[str, Any]] = {
                "query": {"params": wanted},
                "form": {"content": urlencode(wanted)},
                "JSON": {"json": wanted},
            }
            if spelling == "form":
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            assert sandbox.api("POST", path, headers=headers, **spelled[spelling]) == (200, {"success": True})
            _, listed = sandbox.api("GET", path, headers=headers)
            assert listed["data"][0]["callback_url"] == endpoint.url
            assert listed["data"][0]["fields"][0] == {"name": "messages", "version": "v19.0"}
            endpoint.message(sandbox.write(ines, "Moin"))
            assert endpoint.unsigned == 0
            assert sandbox.api("DELETE", path, headers=headers, json={"object": "whatsapp_business_account"}) == (200, {"success": True})  # fmt: skip
            assert sandbox.api("GET", path, headers=headers)[1] == {"data": []}
        finally:
            endpoint.close()

    def test_a_company_is_subscribed_without_asking(self, sandbox: SandboxProcess) -> None:
        path = f"/{sandbox.connection['waba_id']}/subscribed_apps"
        assert sandbox.api("POST", path) == (200, {"success": True})
        assert sandbox.api("GET", path)[1]["data"][0]["whatsapp_business_api_data"]["id"] == sandbox.connection["app_id"]  # fmt: skip

    def test_chatwoot_and_typebot_ask_what_a_token_may(self, sandbox: SandboxProcess) -> None:
        _, answer = sandbox.api("GET", "/debug_token", params={"input_token": sandbox.connection["access_token"]})
        assert answer["data"]["is_valid"] is True
        assert "whatsapp_business_messaging" in answer["data"]["scopes"]
        assert answer["data"]["granular_scopes"][0]["target_ids"] == [sandbox.connection["waba_id"]]
