"""Every door of the control address: simulated customers who write, read, agree, withdraw, block, and go offline."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.process import DEPARTURE, SandboxProcess, until
from tests.sandbox.webhooks import Endpoint


class TestCustomers:
    def test_one_without_a_number_gets_a_pseudo_number_and_a_scoped_id(self, sandbox: SandboxProcess) -> None:
        made = sandbox.customer("Änne Öztürk")
        assert set(made) == {"id", "wa_id", "user_id"}
        assert made["wa_id"].startswith("999")
        assert made["wa_id"].isdigit()
        assert made["user_id"].startswith("DE.")

    def test_one_with_a_number_is_called_by_it(self, sandbox: SandboxProcess) -> None:
        made = sandbox.customer("Jan Voss", phone_number="+49 (151) 234-567 89")
        assert made["wa_id"] == "4915123456789"

    def test_all_are_listed_and_each_can_be_looked_at(self, sandbox: SandboxProcess) -> None:
        made = sandbox.customer("Lisa Listig")
        expected = {"name": "Lisa Listig", "online": True, **made}
        assert expected in sandbox.control("GET", "/customers")[1]["customers"]
        assert sandbox.control("GET", f"/customers/{made['id']}")[1] == {**expected, "sees_typing": False, "sent": []}

    def test_the_door_lists_what_it_offers(self, sandbox: SandboxProcess) -> None:
        doors = sandbox.control("GET", "/")[1]["doors"]
        assert doors["POST /customers/{id}/block"] == "Let a customer block the company."
        assert all(doors.values())


class TestMessages:
    def test_a_customer_writes_and_the_company_is_told(self, sandbox: SandboxProcess, endpoint: Endpoint) -> None:
        ines = sandbox.customer("Ines Brandt")
        wamid = sandbox.write(ines, "Wann geht mein Flug? 🛫")
        value = endpoint.message(wamid)
        assert value["messages"][0]["text"]["body"] == "Wann geht mein Flug? 🛫"
        assert value["messages"][0]["from"] == ines["wa_id"]
        assert value["messages"][0]["from_user_id"] == ines["user_id"]
        assert value["contacts"] == [
            {"profile": {"name": "Ines Brandt"}, "wa_id": ines["wa_id"], "user_id": ines["user_id"]}
        ]

    def test_the_company_answers_in_context_and_every_status_comes(
        self, sandbox: SandboxProcess, endpoint: Endpoint
    ) -> None:
        ines = sandbox.customer()
        asked = sandbox.write(ines, "Und das Gate?")
        endpoint.message(asked)
        wamid = sandbox.send_text(ines["wa_id"], "Gate B12.", context={"message_id": asked})
        shown = sandbox.received(ines, wamid)
        assert shown["from"] == "494319990100"
        assert (shown["type"], shown["text"]["body"], shown["context"]["id"]) == ("text", "Gate B12.", asked)
        sandbox.do(f"/customers/{ines['id']}/read", {"message_id": wamid})
        read = endpoint.status(wamid, "read")
        assert read["recipient_id"] == ines["wa_id"]
        assert read["contacts"][0]["user_id"] == ines["user_id"]
        assert endpoint.status(wamid, "sent")["pricing"]["pricing_model"] == "PMP"
        until(lambda: endpoint.words(wamid) == ["sent", "delivered", "read"])

    def test_a_customer_answers_in_context(self, sandbox: SandboxProcess, endpoint: Endpoint) -> None:
        ines = sandbox.customer()
        endpoint.message(sandbox.write(ines, "Moin"))
        ours = sandbox.send_text(ines["wa_id"], "Moin!")
        sandbox.received(ines, ours)
        answer = endpoint.message(sandbox.write(ines, "Danke", context={"message_id": ours}))
        assert answer["messages"][0]["context"] == {"from": "494319990100", "id": ours}

    def test_typing_and_read_reach_the_customers_device(self, sandbox: SandboxProcess, endpoint: Endpoint) -> None:
        ines = sandbox.customer()
        wamid = sandbox.write(ines, "Noch da?")
        endpoint.message(wamid)
        until(lambda: sandbox.statuses_of_sent(ines)[wamid] == "delivered")
        path = f"/{sandbox.connection['phone_number_id']}/messages"
        body = {"messaging_product": "whatsapp", "status": "read", "message_id": wamid}
        typing = {**body, "typing_indicator": {"type": "text"}}
        assert sandbox.api("POST", path, json=typing) == (200, {"success": True})
        until(lambda: sandbox.control("GET", f"/customers/{ines['id']}")[1]["sees_typing"])
        assert sandbox.statuses_of_sent(ines)[wamid] == "read"
        sandbox.received(ines, sandbox.send_text(ines["wa_id"], "Ja."))
        assert not sandbox.control("GET", f"/customers/{ines['id']}")[1]["sees_typing"]


class TestWill:
    def test_a_template_needs_the_grant_for_its_purpose(self, sandbox: SandboxProcess, endpoint: Endpoint) -> None:
        ines = sandbox.customer()
        refused = endpoint.status(sandbox.send_template(ines["wa_id"], "departure", "en_US", DEPARTURE), "failed")
        assert refused["errors"][0]["code"] == 131026
        sandbox.do(f"/customers/{ines['id']}/consent", {"purposes": ["utility"]})
        shown = sandbox.received(ines, sandbox.send_template(ines["wa_id"], "departure", "en_US", DEPARTURE))
        assert shown["type"] == "template"
        assert shown["template"] == {"name": "departure", "category": "utility"}
        assert shown["rendered"]["header"] == "Flight MA 204"
        assert shown["rendered"]["body"] == (
            "Hello Ines, your flight to Helgoland leaves at 14:05 from gate B12. Boarding ends 15 minutes before."
        )
        assert "https://moewe-air.example/ticket/8KX2" in str(shown["rendered"])

    def test_marketing_without_leave_is_refused_by_its_own_code(
        self, sandbox: SandboxProcess, endpoint: Endpoint
    ) -> None:
        ines = sandbox.customer(consent=["utility"])
        body = [{"type": "body", "parameters": [{"type": "text", "text": "Sylt"}, {"type": "text", "text": "39"}]}]
        refused = endpoint.status(sandbox.send_template(ines["wa_id"], "new_route", "en_US", body), "failed")
        assert refused["errors"][0]["code"] == 131050

    @pytest.mark.parametrize("withdrawn", [["utility"], "*"])
    def test_what_was_withdrawn_is_refused_and_the_rest_stays(
        self, sandbox: SandboxProcess, endpoint: Endpoint, withdrawn: Any
    ) -> None:
        ines = sandbox.customer(consent=["utility", "marketing"])
        sandbox.received(ines, sandbox.send_template(ines["wa_id"], "hello_world", "en_US"))
        sandbox.do(f"/customers/{ines['id']}/withdraw", {"purposes": withdrawn})
        refused = endpoint.status(sandbox.send_template(ines["wa_id"], "hello_world", "en_US"), "failed")
        assert refused["errors"][0]["code"] == 131026
        body = [{"type": "body", "parameters": [{"type": "text", "text": "Sylt"}, {"type": "text", "text": "39"}]}]
        advert = sandbox.send_template(ines["wa_id"], "new_route", "en_US", body)
        if withdrawn == "*":
            assert endpoint.status(advert, "failed")["errors"][0]["code"] == 131050
        else:
            assert sandbox.received(ines, advert)["rendered"]["body"] == "New: fly to Sylt from 39 euros."

    def test_who_blocks_is_not_reached_until_the_block_is_lifted(
        self, sandbox: SandboxProcess, endpoint: Endpoint
    ) -> None:
        ines = sandbox.customer()
        endpoint.message(sandbox.write(ines, "Moin"))
        sandbox.do(f"/customers/{ines['id']}/block")
        refused = endpoint.status(sandbox.send_text(ines["wa_id"], "Bitte!"), "failed")
        assert refused["errors"][0]["code"] == 131026
        sandbox.do(f"/customers/{ines['id']}/unblock")
        endpoint.message(sandbox.write(ines, "Na gut"))
        sandbox.received(ines, sandbox.send_text(ines["wa_id"], "Danke!"))

    def test_who_is_offline_gets_everything_later_in_order(self, sandbox: SandboxProcess, endpoint: Endpoint) -> None:
        ines = sandbox.customer()
        endpoint.message(sandbox.write(ines, "Moin"))
        sandbox.do(f"/customers/{ines['id']}/offline")
        wamids = [sandbox.send_text(ines["wa_id"], str(n)) for n in range(5)]
        endpoint.status(wamids[-1], "sent")
        written = sandbox.write(ines, "aus dem Tunnel")
        assert not sandbox.messages(ines)
        assert sandbox.statuses_of_sent(ines)[written] == "waiting"
        sandbox.do(f"/customers/{ines['id']}/online")
        endpoint.message(written)
        until(lambda: len(sandbox.messages(ines)) == 5)
        assert [m["id"] for m in sandbox.messages(ines)] == wamids
        endpoint.status(wamids[-1], "delivered")

    def test_who_erases_the_account_is_forgotten_and_the_company_is_told(
        self, sandbox: SandboxProcess, endpoint: Endpoint
    ) -> None:
        gone = sandbox.customer("Gerda Gegangen", phone_number="+49 151 5550123")
        asked = sandbox.customer("Frieda Gefragt", phone_number="+49 151 5550124")
        endpoint.message(sandbox.write(gone, "Ein letztes Wort"))
        assert sandbox.control("DELETE", f"/customers/{gone['id']}") == (200, {"success": True})
        value = endpoint.system("user_erased_account")
        assert value["messages"][0]["from"] == "491515550123"
        assert value["contacts"][0]["user_id"] == value["messages"][0]["system"]["user_id"] == gone["user_id"]
        assert "Gerda" not in str(value)
        assert sandbox.control("GET", f"/customers/{gone['id']}")[0] == 404
        # The company may be asked instead: the person goes, the customer stays.
        number = sandbox.connection["phone_number_id"]
        assert sandbox.api("DELETE", f"/{number}/customers/491515550124") == (200, {"success": True})
        still = sandbox.control("GET", f"/customers/{asked['id']}")[1]
        assert (still["name"], still["wa_id"][:3], still["user_id"]) == ("Frieda Gefragt", "999", asked["user_id"])


class TestBadInput:
    @pytest.mark.parametrize(
        ("path", "body", "words"),
        [
            ("/customers", {}, ["name", "got nothing"]),
            ("/customers", {"name": 5}, ["name", "got 5", "a string"]),
            ("/customers", {"name": "x" * 101}, ["name", "got '101 characters'", "1 to 100"]),
            ("/customers", {"name": "Ines\x1b[31m"}, ["name", "a control character", "can be shown"]),
            ("/customers", {"name": "Ines", "language": "fr"}, ["language", '"fr"', "'en' or 'de'"]),
            ("/customers", {"name": "Ines", "phone_number": "abc"}, ["phone_number", '"abc"', "7 to 15 digits"]),
            ("/customers", {"name": "Ines", "consent": ["everything"]}, ["consent", '"everything"', "utility"]),
            ("/customers", {"name": "Ines", "consent": "utility"}, ["consent", '"utility"', "a list"]),
            ("/customers", [1, 2], ["body", "[1,2]", "an object"]),
            ("/clock", {"advance": "soon"}, ["advance", "soon", "25h"]),
            ("/clock", {"advance": "-1h"}, ["advance", "-1h", "25h"]),
            ("/clock", {"advance": "9999d"}, ["advance", "9999d", "400d"]),
            ("/clock", {}, ["advance", "None", "25h"]),
            ("/customers/{id}/messages", {"type": "poll"}, ["type", '"poll"', "text", "button"]),
            ("/customers/{id}/messages", {"type": "text", "text": {"body": "x" * 4097}}, ["text.body", "4097", "4096"]),
            ("/customers/{id}/read", {"message_id": "wamid.no"}, ["message_id", "wamid.no"]),
            ("/customers/{id}/consent", {"purposes": []}, ["purposes", "got none", "utility"]),
            ("/customers/{id}/withdraw", {"purposes": "all"}, ["purposes", '"all"']),
        ],
    )
    def test_it_is_answered_with_the_field_the_value_and_the_limit(
        self, sandbox: SandboxProcess, path: str, body: Any, words: list[str]
    ) -> None:
        if "{id}" in path:
            path = path.format(id=sandbox.control("POST", "/customers", {"name": "Ines"})[1]["id"])
        status, answer = sandbox.control("POST", path, body)
        assert status == 400, answer
        assert not [word for word in words if word not in answer["error"]["message"]], answer

    def test_broken_json_is_said_to_be_that(self, sandbox: SandboxProcess) -> None:
        answer = sandbox.http.post(sandbox.connection["control_url"] + "/customers", content=b'{"name": ')
        assert answer.status_code == 400
        assert "broken JSON" in answer.json()["error"]["message"]

    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [("GET", "/nothing", 404), ("GET", "/customers/none", 404), ("PUT", "/clock", 405)],
    )
    def test_what_is_not_there_is_said(self, sandbox: SandboxProcess, method: str, path: str, status: int) -> None:
        seen, answer = sandbox.control(method, path)
        assert (seen, ": got " in answer["error"]["message"] or "GET /" in answer["error"]["message"]) == (status, True)


def test_the_verification_code_is_shown_as_on_a_telephone(sandbox: SandboxProcess) -> None:
    number = sandbox.connection["phone_number_id"]
    asked = {"code_method": "SMS", "language": "de"}
    assert sandbox.api("POST", f"/v23.0/{number}/request_code", json=asked)[0] == 200
    code = sandbox.control("GET", "/verification_code")[1]["code"]
    assert sandbox.api("POST", f"/v23.0/{number}/verify_code", json={"code": code})[1] == {"success": True}
