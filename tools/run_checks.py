"""Runs the linters, and with --all the tests too, one after the other, and says at the end what failed and how long it took."""

from __future__ import annotations

import subprocess
import sys
import time

from setup import ROOT, STATE, VENV, node_environment

BIN = VENV / "bin"
CHECKS = {
    "ruff: habits": ([str(BIN / "ruff"), "check", "--quiet"], "."),
    "ruff: format": ([str(BIN / "ruff"), "format", "--check", "--quiet"], "."),
    "mypy: types": ([str(BIN / "mypy")], "."),
    "import-linter: walls": ([str(BIN / "lint-imports"), "--no-cache"], "."),
    "svelte-check: types of the web": (["npm", "run", "--silent", "check"], "web"),
}
TESTS = {
    "node: tests of the web": (["npm", "run", "--silent", "test"], "web"),
    # Playwright's loop and asyncio's do not go together in one process.
    "pytest: in a real browser": (
        [str(BIN / "pytest"), "-n", "2", "--dist", "loadfile", "--durations", "12", "-m", "browser"],
        ".",
    ),
    # A file stays with one worker, which starts its servers once; files in their own order, for the longest stand early.
    "pytest: everything else": (
        [
            *(str(BIN / "pytest"), "-n", "4", "--dist", "loadfile", "--no-loadscope-reorder"),
            *("--durations", "12", "-m", "not browser"),
        ],
        ".",
    ),
}
# Tests start some hundred processes: what Python compiles is kept for the next one, and outside the tree.
KEPT_BYTECODE = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(STATE / "bytecode")}


def main(arguments: list[str]) -> int:
    """Run every check even when one fails; return how many failed."""
    started, failed = time.monotonic(), []
    for name, (command, folder) in (CHECKS | (TESTS if "--all" in arguments else {})).items():
        print(f"\n── {name}", flush=True)
        before = time.monotonic()
        environment = node_environment() | KEPT_BYTECODE
        if subprocess.run(command, cwd=ROOT / folder, env=environment, check=False).returncode:
            failed.append(name)
        print(f"   {time.monotonic() - before:.0f} s", flush=True)
    verdict = f"failed: {', '.join(failed)}" if failed else "all green"
    print(f"\n── {verdict}, {time.monotonic() - started:.0f} s in all", flush=True)
    return len(failed)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
