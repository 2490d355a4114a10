"""Every command: its help, what it prints, and how it says that something is wrong."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.main import get_command
from typer.testing import CliRunner

from handschlag.cli.app import app
from tests.cli.places import Places, free_port


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    """A relay that runs and two companies that are enrolled; their gateway does not run."""
    made = Places(tmp_path_factory.mktemp("places"))
    made.relay.start()
    made.enrol()
    enrol_another(made, "zweite")
    yield made
    made.relay.stop()


def enrol_another(places: Places, handle: str) -> str:
    """Enrol one more company and return the invitation that was used."""
    code = places.run_here("relay", "invite", "--name", handle, "--method", "operator").strip()
    enrol = ["gateway", "enrol", "--relay-url", places.relay.url, "--invitation", code]
    places.run_here(*enrol, "--name", handle, "--handle", handle)
    return code


def commands() -> Iterator[list[str]]:
    """Walk through all commands, groups included."""

    def walk(command: Any, path: list[str]) -> Iterator[list[str]]:
        yield path
        if hasattr(command, "list_commands"):
            context = typer.Context(command)
            for name in command.list_commands(context):
                yield from walk(command.get_command(context, name), [*path, name])

    yield from walk(get_command(app), [])


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_its_help_says_in_a_sentence_what_it_does_and_explains_every_option(command: list[str]) -> None:
    text = CliRunner().invoke(app, [*command, "--help"], env={"COLUMNS": "200"}).output
    sentence = text.split("\n\n")[0].splitlines()
    assert "Usage: " in text
    assert re.search(r"^ [A-Z].*\.\s*$", text, re.MULTILINE), sentence
    for option in re.findall(r"^│ \*?\s+(--[\w-]+)\s+(.*?)│$", text, re.MULTILINE):
        assert re.search(r"[A-Z].{5,}", option[1]), option


class TestEnrolment:
    def test_it_prints_what_a_program_needs_and_where_the_master_key_is(self, places: Places) -> None:
        assert {"app_id", "app_secret", "waba_id", "phone_number_id", "access_token"} <= places.company.keys()
        keys = [file for file in (places.folder / "gateway").rglob("*") if "master" in file.name]
        assert {oct(key.stat().st_mode & 0o777) for key in keys} == {"0o600"}

    def test_an_invitation_is_good_once(self, places: Places) -> None:
        code = enrol_another(places, "dritte")
        enrol = ["gateway", "enrol", "--relay-url", places.relay.url, "--invitation", code]
        said = places.run_here(*enrol, "--name", "Vierte", "--handle", "vierte", status=1)
        assert said.count("\n") == 1
        assert "invitation" in said
        listed = places.run_here("gateway", "companies")
        assert re.search(r"^kanin .* Kanin GmbH$", listed, re.MULTILINE)
        assert "dritte" in listed
        assert "vierte" not in listed

    def test_a_relay_that_is_not_there_is_said_in_one_line(self, places: Places) -> None:
        enrol = ["--relay-url", "http://127.0.0.1:9", "--invitation", "x", "--name", "X", "--handle", "x-y"]
        said = places.run_here("gateway", "enrol", *enrol, status=1)
        assert said.count("\n") == 1
        assert "Traceback" not in said


class TestAdministration:
    def test_tokens_are_made_and_revoked(self, places: Places) -> None:
        made = places.run_here("gateway", "token", "create", "--company", "zweite")
        assert re.fullmatch(r"EAA[0-9a-f]{40,}\n", made)
        assert places.run_here("gateway", "token", "revoke", "--company", "zweite") == "2 tokens removed\n"

    def test_templates_are_listed_with_their_state(self, places: Places) -> None:
        listed = places.run_here("gateway", "template", "list", "--company", "kanin")
        assert re.search(r"^shipped +de +UTILITY", listed, re.MULTILINE | re.IGNORECASE)

    def test_a_broken_template_is_refused_with_its_field(self, places: Places) -> None:
        (places.folder / "broken.json").write_text('{"name": "Broken Name", "language": "de", "category": "UTILITY", "components": [{"type": "BODY", "text": "Moin"}]}')  # fmt: skip
        said = places.run_here(
            "gateway", "template", "add", str(places.folder / "broken.json"), "--company", "kanin", status=1
        )
        assert "name" in said
        assert said.count("\n") == 1

    def test_the_link_carries_the_key_and_can_be_a_picture(self, places: Places) -> None:
        link = places.run_here(
            "gateway",
            "link",
            "https://chat.example.org/",
            "--company",
            "kanin",
            "--svg",
            str(places.folder / "code.svg"),
        )
        assert re.fullmatch(r"https://chat\.example\.org/#/c/kanin\?k=[\w-]{43}\n", link)
        assert (places.folder / "code.svg").read_text().lstrip().startswith("<?xml")

    def test_which_of_two_companies_has_to_be_said(self, places: Places) -> None:
        assert "expected one of kanin, " in places.run_here("gateway", "token", "create", status=1)

    def test_a_webhook_that_is_not_there_cannot_be_removed(self, places: Places) -> None:
        remove = ["gateway", "webhook", "remove", "https://nobody.example", "--company", "kanin"]
        assert "webhooks list" in places.run_here(*remove, status=1)

    def test_the_messengers_files_can_be_compared(self, places: Places) -> None:
        lines = places.run_here("messenger", "hashes").splitlines()
        assert lines
        assert all(re.fullmatch(r"[0-9a-f]{64}  \S+", line) for line in lines)


class TestRefusals:
    @pytest.mark.parametrize("place", ["relay", "gateway"])
    def test_a_wrong_setting_is_named_with_its_value(self, tmp_path: Path, place: str) -> None:
        variable = f"HANDSCHLAG_{place.upper()}_PORT"
        here = Places(tmp_path)
        here.variables[variable] = "many"
        said = here.run(place, "serve", status=1)
        assert said.startswith(f"{variable}: got 'many': ")
        assert said.count("\n") == 1

    @pytest.mark.parametrize("place", ["relay", "gateway", "messenger"])
    def test_a_port_in_use_is_said_without_a_traceback(self, tmp_path: Path, place: str) -> None:
        here = Places(tmp_path)
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", free_port()))
            taken.listen()
            port = str(taken.getsockname()[1])
            here.variables |= {"HANDSCHLAG_RELAY_PORT": port, "HANDSCHLAG_GATEWAY_PORT": port}
            more = ["--relay-url", "http://127.0.0.1:1", "--port", port] if place == "messenger" else []
            said = here.run(place, "serve", *more, status=1)
        assert f"the {place} did not start: " in said
        assert port in said
        assert "Traceback" not in said

    def test_a_second_relay_over_the_same_data_does_not_start(self, places: Places) -> None:
        places.variables["HANDSCHLAG_RELAY_PORT"] = str(free_port())
        said = places.run("relay", "serve", status=1)
        assert "Traceback" not in said
        assert "the relay did not start" in said
