"""What a page may weigh and do: small to load, WebAssembly in the worker alone, requests to messenger and relay alone."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import expect
from tests.browser.journey import Customer, Journeys

from handschlag.messenger.app import STATIC

if TYPE_CHECKING:
    from playwright.sync_api import Route

pytestmark = pytest.mark.browser

LARGEST_SHELL = 100_000
# An empty WebAssembly module, compiled by a script of the page itself: code handed to `evaluate` would not ask the policy.
COMPILE = """document.documentElement.dataset.wasm = 'asked';
WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])).then(
  () => { document.documentElement.dataset.wasm = 'compiled'; },
  (error) => { document.documentElement.dataset.wasm = error.name; });
"""
UNPAINTED = "document.adoptedStyleSheets = [new CSSStyleSheet()]; document.adoptedStyleSheets[0].replaceSync('html { display: none }')"
REFUSED = "violates|Content Security Policy|requires 'Trusted(HTML|Script)'"


def packed(file: Path) -> int:
    return len(gzip.compress(file.read_bytes(), 9))


def shell_files() -> list[Path]:
    """Return the scripts that the first screen needs: the entry and what it imports; what is loaded later is not among them."""
    manifest = json.loads((STATIC / ".vite" / "manifest.json").read_text())
    found: dict[str, Path] = {}

    def follow(name: str) -> None:
        if name not in found:
            found[name] = STATIC / manifest[name]["file"]
            for imported in manifest[name].get("imports", []):
                follow(imported)

    follow("index.html")
    return [*found.values(), STATIC / "sw.js"]


def test_the_apps_own_script_stays_small() -> None:
    shell = {file.name: packed(file) for file in shell_files()}
    print(f"shell, gzipped: {shell}, {sum(shell.values())} bytes")
    assert sum(shell.values()) < LARGEST_SHELL


def test_what_makes_the_keys_is_loaded_once_the_first_screen_is_painted(journeys: Journeys) -> None:
    ines = journeys.customer()
    ines.page.add_init_script(UNPAINTED)
    libraries: list[str] = []
    ines.page.on("request", lambda request: libraries.append(request.url) if request.url.endswith(".wasm") else None)
    ines.opens()
    expect(ines.page.get_by_role("heading", level=1, name="Möwe Air", include_hidden=True)).to_be_attached()
    ines.page.wait_for_function("navigator.locks.query().then(({ held }) => held.length > 0)")
    assert libraries == []
    with ines.page.expect_request("**/*.wasm"):
        ines.page.evaluate("document.adoptedStyleSheets = []")


class TestTheContentSecurityPolicy:
    def runs_in_the_page(self, ines: Customer, code: str) -> None:
        """Let the messenger's own origin serve a script of ours, and the page load it as its own."""

        def with_ours(route: Route) -> None:
            answer = route.fetch()
            route.fulfill(response=answer, body=answer.text() + code)

        ines.page.route("**/a/index-*.js", with_ours)
        ines.goes_to("")

    def test_compiles_webassembly_in_the_worker_alone(self, journeys: Journeys) -> None:
        ines = journeys.customer("desktop")
        ines.expects(REFUSED)
        self.runs_in_the_page(ines, COMPILE)
        expect(ines.page.locator("html")).to_have_attribute("data-wasm", "CompileError")
        ines.page.unroute_all()
        ines.joins()
        ines.writes("Der Worker darf es")
        ines.sees_state("Der Worker darf es", "delivered")

    @pytest.mark.parametrize(
        "code",
        [
            "try { eval('1'); } catch (error) { document.documentElement.dataset.done = error.name; }",
            "fetch('https://stranger.example/').catch((e) => { document.documentElement.dataset.done = e.name; });",
            "try { document.body.innerHTML = '<b>x</b>'; } catch (error) { document.documentElement.dataset.done = error.name; }",
        ],
        ids=["eval", "stranger", "html"],
    )
    def test_refuses_what_a_smuggled_script_would_try(self, journeys: Journeys, code: str) -> None:
        ines = journeys.customer("desktop")
        ines.expects(f"{REFUSED}|stranger.example")
        self.runs_in_the_page(ines, code)
        expect(ines.page.locator("html")).to_have_attribute("data-done", "EvalError" if "eval" in code else "TypeError")

    def test_comes_with_every_answer(self, journeys: Journeys) -> None:
        messenger = journeys.airline.messenger
        for path in ("", "index.html", "config.json", "sw.js", "nothing-here"):
            policy = httpx.get(f"{messenger}/{path}").headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "require-trusted-types-for 'script'" in policy
            assert "unsafe-inline" not in policy
            assert "wasm-unsafe-eval" not in policy


class TestTheWatch:
    """That a page which misbehaves is seen at all: every journey relies on it."""

    @pytest.mark.parametrize(
        ("code", "told"),
        [
            ("console.error('something broke');", "console: something broke"),
            ("setTimeout(() => { throw new Error('nobody caught it'); });", "exception: nobody caught it"),
            ("fetch('https://stranger.example/x').catch(() => {});", "violates connect-src"),
        ],
        ids=["error", "exception", "stranger"],
    )
    def test_notices_a_page_that_misbehaves(self, journeys: Journeys, code: str, told: str) -> None:
        ines = journeys.customer()
        TestTheContentSecurityPolicy().runs_in_the_page(ines, code)
        expect(ines.page.get_by_role("heading", level=1)).to_be_visible()
        ines.page.wait_for_function("document.readyState === 'complete'")
        assert [one for one in ines.problems if told in one]
        ines.problems.clear()
