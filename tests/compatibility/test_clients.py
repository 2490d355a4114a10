"""Other clients, unmodified: every call their users make, by base URL and through TLS under the original host's name."""

from __future__ import annotations

import base64
import itertools
import json
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.compatibility import clients
from tests.compatibility.original_host import OriginalHost
from tests.sandbox.process import SandboxProcess
from tests.sandbox.webhooks import Endpoint
from tests.support.media_files import FILES, write_files

PROGRAMS = {
    "kapso": ("kapso.mjs", {}),
    "great-detail": ("great_detail.mjs", {}),
    "heyoo": ("heyoo_calls.py", {}),
    "pywa": ("pywa_calls.py", {"kind": "sync"}),
    "pywa async": ("pywa_calls.py", {"kind": "async"}),
}
WAYS = ("base URL", "original host")
_numbers = itertools.count(1)


class Run(NamedTuple):
    """What a program's calls answered, and what its customer received."""

    client: str
    answers: dict[str, Any]
    received: list[dict[str, Any]]


@pytest.fixture(scope="module")
def links(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    folder = write_files(tmp_path_factory.mktemp("files"))
    served = clients.Links(folder)
    yield folder, served.url
    served.close()


@pytest.fixture(scope="module")
def original_host(sandbox: SandboxProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OriginalHost]:
    made = OriginalHost(sandbox.connection["gateway_url"], tmp_path_factory.mktemp("authority"))
    yield made
    made.close()


@pytest.fixture(scope="module", params=[(client, way) for client in PROGRAMS for way in WAYS], ids=" by ".join)
def finished(
    request: pytest.FixtureRequest,
    sandbox: SandboxProcess,
    links: tuple[Path, str],
    original_host: OriginalHost,
    tmp_path_factory: pytest.TempPathFactory,
) -> Run:
    """A program that ran to its end, with a customer of its own who had written and agreed to notifications."""
    client, way = request.param
    program, more = PROGRAMS[client]
    customer = sandbox.customer("Ines Brandt", consent=["utility"])
    incoming = sandbox.write(customer, "Moin")
    told = clients.given(
        sandbox,
        customer,
        base_url=sandbox.connection["gateway_url"] if way == "base URL" else None,
        incoming=incoming,
        blockable=sandbox.customer("Nis Petersen")["wa_id"],
        files=str(links[0]),
        links=links[1],
        scratch=str(tmp_path_factory.mktemp("scratch")),
        suffix=f"{next(_numbers)}",
        **more,
    )
    seen = original_host.requests
    answers = clients.run(program, told, original_host.environment if way == "original host" else {})
    assert (original_host.requests > seen) == (way == "original host")
    assert not original_host.refused
    ids = [one["answer"]["messages"][0]["id"] for one in answers.values() if _is_message(one.get("answer"))]
    ids += [one["answer"] for one in answers.values() if str(one.get("answer", "")).startswith("wamid.")]
    return Run(client, answers, [sandbox.received(customer, id_) for id_ in ids])


def _is_message(answer: Any) -> bool:
    return isinstance(answer, dict) and bool(answer.get("messages"))


# What each client's messages are, as the customer's device understood them.
ARRIVED = {
    "kapso": Counter(
        text=3,
        image=2,
        document=1,
        video=1,
        audio=1,
        sticker=1,
        location=1,
        contacts=1,
        reaction=1,
        interactive=4,
        template=1,
    ),
    "great-detail": Counter(text=1, image=1, document=1, location=1, contacts=1, reaction=1, interactive=3, template=1),
    "heyoo": Counter(
        text=2,
        image=2,
        document=1,
        video=1,
        audio=1,
        sticker=1,
        location=1,
        contacts=1,
        reaction=1,
        interactive=2,
        template=1,
    ),
    "pywa": Counter(
        text=3,
        image=2,
        document=1,
        video=1,
        audio=2,
        sticker=1,
        location=1,
        contacts=1,
        reaction=2,
        interactive=6,
        template=1,
    ),
}
ARRIVED["pywa async"] = ARRIVED["pywa"]
REFUSED = {"too long": 100, "not offered": 100}


class TestCalls:
    def test_each_is_answered_as_the_client_expects(self, finished: Run) -> None:
        refused = {name: told for name, told in finished.answers.items() if "error" in told and name not in REFUSED}
        assert not refused

    def test_every_message_arrives_as_what_it_is(self, finished: Run) -> None:
        assert Counter(message["type"] for message in finished.received) == ARRIVED[finished.client]

    def test_a_file_comes_back_as_it_was(self, finished: Run) -> None:
        came = finished.answers["same bytes" if finished.client == "heyoo" else "download"]["answer"]
        assert came is True or base64.b64decode(came) == FILES["gate.png"][1]

    def test_what_is_wrong_or_not_offered_is_an_error_of_the_clients_own(self, finished: Run) -> None:
        for name, code in REFUSED.items():
            if name in finished.answers:
                assert finished.answers[name]["code"] == code


class TestWebhooks:
    """The receiving halves of kapso and great-detail, which check signatures over the bytes that came."""

    def test_signatures_hold_and_events_are_understood(self, sandbox: SandboxProcess) -> None:
        endpoint = Endpoint(sandbox.connection["verify_token"], sandbox.connection["app_secret"])
        assert sandbox.subscribe(endpoint.url)[0] == 200
        ines = sandbox.customer("Ines Brändt 🛫")
        asked = sandbox.write(ines, "Fährt ein Bus? / \\ 🚌 \u2028 </script>")
        endpoint.message(asked)
        sent = sandbox.send_text(ines["wa_id"], "Ja")
        endpoint.status(sent, "delivered")
        lines = [
            json.dumps({"body": base64.b64encode(body).decode(), "headers": headers})
            for body, headers in zip(endpoint.posts, endpoint.headers, strict=True)
        ]
        told = clients.given(sandbox, ines, base_url=sandbox.connection["gateway_url"])
        done = subprocess.run(
            clients.command("webhooks.mjs"),
            env=clients.environment(told, {}),
            input="\n".join(lines),
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
        endpoint.close()
        understood = [json.loads(line) for line in done.stdout.strip().split("\n")]
        assert len(understood) == len(lines)
        assert all(one["kapso"] and one["greatDetail"] == [True, True] for one in understood)
        messages = [m for one in understood for m in one["normalized"]["messages"]]
        assert [m["text"]["body"] for m in messages] == ["Fährt ein Bus? / \\ 🚌 \u2028 </script>"]
        assert messages[0]["fromUserId"] == ines["user_id"]
        statuses = [s["status"] for one in understood for s in one["normalized"]["statuses"] if s["id"] == sent]
        assert {"sent", "delivered"} <= set(statuses)
