"""A sandbox as a process: one line of JSON, the same again after a restart, clean stops, clear refusals to start."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.sandbox.process import DEPARTURE, HANDSCHLAG, SandboxProcess, environment

KEYS = [
    *("relay_url", "gateway_url", "messenger_url", "control_url", "app_id", "app_secret", "verify_token"),
    *("access_token", "waba_id", "phone_number_id", "display_phone_number", "click_to_chat_url"),
    *("relay_data", "gateway_data"),
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


class TestTheLine:
    def test_it_is_one_with_everything_a_program_needs(self, sandbox: SandboxProcess) -> None:
        assert list(json.loads(sandbox.line)) == KEYS
        base = sandbox.port_base
        urls = [sandbox.connection[f"{place}_url"] for place in ("relay", "gateway", "messenger", "control")]
        assert urls == [f"http://127.0.0.1:{base + offset}" for offset in range(4)]
        assert [httpx.get(url + path).status_code for url, path in zip(urls, ("/health", "/health", "/", "/clock"), strict=True)] == [200] * 4  # fmt: skip
        assert sandbox.connection["click_to_chat_url"].startswith(urls[2] + "/#/c/moewe-air?k=")
        for name in ("app_id", "waba_id", "phone_number_id"):
            assert len(sandbox.connection[name]) == 15
            assert int(sandbox.connection[name]) < 2**53
        for name in ("relay_data", "gateway_data"):
            assert list(Path(sandbox.connection[name]).iterdir())

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_nothing_follows_it_and_a_signal_ends_it_cleanly(self, data: Path, number: int) -> None:
        assert SandboxProcess(data).start().stop(number) == (0, "", "")


class TestAgain:
    def test_the_second_start_is_quick_and_everything_is_as_it_was(self, data: Path) -> None:
        first = SandboxProcess(data).start()
        ines = first.customer("Ines", phone_number="+491511234567", consent=["utility"])
        asleep = first.customer("Jan Schläft")
        first.do(f"/customers/{asleep['id']}/offline")
        texts = [first.send_template(ines["wa_id"], "departure", "de", DEPARTURE) for _ in range(8)]
        for wamid in texts:
            first.received(ines, wamid)
        first.do("/clock", {"advance": "2h"})
        before, customers = first.messages(ines), first.control("GET", "/customers")
        now = first.control("GET", "/clock")[1]["now"]
        first.stop()

        second = SandboxProcess(data, first.port_base).start()
        assert second.seconds_to_start < 5
        assert second.connection == first.connection
        assert second.messages(ines) == before
        assert second.control("GET", "/customers") == customers
        assert second.control("GET", "/clock")[1]["now"] >= now
        second.received(ines, second.send_template(ines["wa_id"], "hello_world", "en_US"))
        second.write(ines, "bin noch da")
        second.stop()

    def test_killed_and_started_on_other_ports_only_the_addresses_change(self, data: Path) -> None:
        first = SandboxProcess(data).start()
        ines = first.customer(consent=["utility"])
        before = first.send_template(ines["wa_id"], "hello_world", "en_US")
        first.stop(signal.SIGKILL)
        second = SandboxProcess(data).start()
        assert {k: v for k, v in second.connection.items() if not k.endswith("_url")} == {
            k: v for k, v in first.connection.items() if not k.endswith("_url")
        }
        after = second.send_template(ines["wa_id"], "hello_world", "en_US")
        second.received(ines, before)
        second.received(ines, after)
        assert sorted(m["id"] for m in second.messages(ines)) == sorted([before, after])
        second.stop()


class TestEnv:
    def test_a_shell_reads_the_same_values(self, sandbox: SandboxProcess) -> None:
        script = f'eval "$({HANDSCHLAG} sandbox env --data {sandbox.data})" && env'
        run = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True, env=environment())
        seen = dict(line.split("=", 1) for line in run.stdout.splitlines() if "=" in line)
        assert {name: seen[f"HANDSCHLAG_{name.upper()}"] for name in KEYS} == sandbox.connection
        assert seen["WHATSAPP_TOKEN"] == sandbox.connection["access_token"]

    def test_without_a_sandbox_it_says_so(self, tmp_path: Path) -> None:
        run = subprocess.run([HANDSCHLAG, "sandbox", "env"], capture_output=True, text=True, cwd=tmp_path, check=False)
        assert (run.returncode, run.stdout) == (1, "")
        assert run.stderr == "no sandbox was started in .handschlag yet\n"


class TestRefusals:
    def test_a_port_in_use_is_said_in_one_sentence(self, data: Path) -> None:
        fresh = SandboxProcess(data)
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", fresh.port_base + 2))
            taken.listen()
            with pytest.raises(AssertionError) as raised:
                fresh.start()
        assert raised.value.args[0] == f"port {fresh.port_base + 2} is in use: choose four others with --port-base\n"

    def test_a_folder_in_use_is_said_in_one_sentence(self, sandbox: SandboxProcess) -> None:
        with pytest.raises(AssertionError) as raised:
            SandboxProcess(sandbox.data).start()
        assert raised.value.args[0].count("\n") == 1
        assert "Traceback" not in raised.value.args[0]
        assert "sandbox.sqlite3" in raised.value.args[0]

    def test_two_run_side_by_side_and_know_nothing_of_each_other(self, sandbox: SandboxProcess, tmp_path: Path) -> None:
        other = SandboxProcess(tmp_path / "other").start()
        ines = sandbox.customer(consent=["utility"])
        sandbox.received(ines, sandbox.send_template(ines["wa_id"], "hello_world", "en_US"))
        assert other.control("GET", "/customers") == (200, {"customers": []})
        assert other.connection["waba_id"] != sandbox.connection["waba_id"]
        token = {"Authorization": f"Bearer {sandbox.connection['access_token']}"}
        assert other.api("GET", f"/{other.connection['phone_number_id']}", headers=token)[0] == 401
        assert other.stop()[0] == 0
