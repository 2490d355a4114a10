"""Sets everything up in this folder: virtual environment, locked packages, Node, the web build, and for tests a Chromium.

A step is skipped while what it was made from is unchanged and what it makes is still there. What a step prints goes to
.setup/<step>.log, and its end is shown if the step fails.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".setup"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Step:
    """Something to make, the files it is made from, and a file that proves that it is there."""

    name: str
    action: Callable[[], None]
    made_from: Iterable[Path]
    proof: Path

    @property
    def stamp(self) -> Path:
        """Return the file that remembers what the step was last made from."""
        return STATE / f"{self.name.replace(' ', '-').lower()}.stamp"

    def is_done(self, wanted: str) -> bool:
        """Tell whether it was made from these very files and nobody removed it since."""
        return self.proof.exists() and self.stamp.is_file() and self.stamp.read_text() == wanted


def main(arguments: list[str]) -> None:
    """Run the steps, with the browser where `--browser` asks for it."""
    if sys.version_info < (3, 11):  # noqa: UP036  the one file that an older Python may start
        stop(f"Handschlag needs Python 3.11 or newer; this is {sys.version.split()[0]}. Set PYTHON to a newer one.")
    STATE.mkdir(exist_ok=True)
    # Two setups in one folder would install over each other; the second waits and then finds everything done.
    with (STATE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        steps = all_steps()
        if "--browser" in arguments:
            steps.append(client_packages())
        total = len(steps) + ("--browser" in arguments)
        for number, one in enumerate(steps, start=1):
            wanted = fingerprint(one.made_from)
            if not one.is_done(wanted):
                one.stamp.unlink(missing_ok=True)
                perform(f"[{number}/{total}] {one.name}", one.stamp.with_suffix(".log"), one.action)
                one.stamp.write_text(wanted)
        if "--browser" in arguments and not has_chromium():
            perform(f"[{total}/{total}] Chromium for the tests", STATE / "chromium.log", provide_chromium)


def all_steps() -> list[Step]:
    """Return the steps in the order in which they build on each other."""
    locked, web, binaries = [ROOT / "requirements" / "development.txt"], ROOT / "web", VENV / "bin"
    return [
        Step("virtual environment", make_venv, [], PYTHON),
        Step("Python packages", install_packages, locked, binaries / "pytest"),
        Step("handschlag itself", install_project, [*locked, ROOT / "pyproject.toml"], binaries / "handschlag"),
        Step(
            "web packages",
            install_web_packages,
            [web / "package.json", web / "package-lock.json"],
            web / "node_modules" / ".package-lock.json",
        ),
        Step("web build", build_web, sources_of(web), ROOT / "src/handschlag/messenger/static/index.html"),
    ]


def client_packages() -> Step:
    """Return the step that fetches the clients written for Node which the tests hold the gateway against."""
    clients = ROOT / "tests" / "compatibility" / "node_clients"
    made_from = [clients / "package.json", clients / "package-lock.json"]
    return Step("clients for the tests", install_clients, made_from, clients / "node_modules" / ".package-lock.json")


def perform(title: str, log_path: Path, action: Callable[[], None]) -> None:
    """Run one step with its output in its log, and say how long it took."""
    global output  # noqa: PLW0603  one log at a time, named by the step that runs
    print(f"{title} … ", end="", flush=True)
    started = time.monotonic()
    with log_path.open("w") as log:
        output = log
        action()
    print(f"done in {time.monotonic() - started:.0f} s", flush=True)


output = sys.stdout


def fingerprint(files: Iterable[Path]) -> str:
    """Return a hash over names and contents, and the Python that runs: another one needs another environment."""
    digest = hashlib.sha256(sys.version.encode())
    for file in files:
        digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def sources_of(web: Path) -> list[Path]:
    """Return every file the web build is made from."""
    skipped = {"node_modules", "screens"}
    return sorted(f for f in web.rglob("*") if f.is_file() and not skipped.intersection(f.relative_to(web).parts))


def run(*command: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Run a command into the step's log; on failure show the end of the log and stop."""
    code = subprocess.run(
        [str(c) for c in command], cwd=cwd, env=env, stdout=output, stderr=subprocess.STDOUT, check=False
    ).returncode
    if code:
        output.flush()
        print("failed\n")
        print("\n".join(Path(output.name).read_text().splitlines()[-40:]))
        stop(f"\n'{' '.join(str(c) for c in command[:4])} …' ended with {code}; all of its output: {output.name}")


def stop(sentence: str) -> None:
    """End with a sentence a person can act on."""
    print(sentence, file=sys.stderr)
    raise SystemExit(1)


def is_root_with_apt() -> bool:
    """Tell whether Debian packages can be installed from here."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def make_venv() -> None:
    """Make .venv; Debian keeps a part of Python's own venv in a package of its own."""
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    if subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, check=False).returncode == 0:
        return
    if not is_root_with_apt():
        stop("failed\nPython cannot make a virtual environment here; on Debian: apt install python3-venv")
    run("apt-get", "update")
    run("apt-get", "install", "-y", "--no-install-recommends", "python3-venv")
    run(*command)


def install_packages() -> None:
    """Install what is locked, each file checked against its hash."""
    run(PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", "requirements/development.txt")


def install_project() -> None:
    """Install this folder itself, editable; what it needs is there already."""
    run(PYTHON, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--editable", ".")


def node_environment() -> dict[str, str]:
    """Return an environment whose first `node` is the one from the virtual environment."""
    return os.environ | {"PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"}


def install_web_packages() -> None:
    """Install what package-lock.json names; none of it may run a script."""
    run("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", cwd=ROOT / "web", env=node_environment())


def install_clients() -> None:
    """Install the clients' lock file; none of it may run a script."""
    clients = ROOT / "tests" / "compatibility" / "node_clients"
    run("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", cwd=clients, env=node_environment())


def build_web() -> None:
    """Build the messenger into the Python package."""
    run("npm", "run", "build", cwd=ROOT / "web", env=node_environment())


def has_chromium() -> bool:
    """Tell whether the person named a browser, or the machine has one."""
    return bool(os.environ.get("CHROME")) or any(shutil.which(name) for name in BROWSERS)


def provide_chromium() -> None:
    """Install a Chromium, or say what is missing; Playwright's own installer is quick where it was run before."""
    if is_root_with_apt():
        run("apt-get", "update")
        packages = ["chromium", "fonts-noto-color-emoji", "fonts-noto-core"]
        run("apt-get", "install", "-y", "--no-install-recommends", *packages)
        return
    command = [str(PYTHON), "-m", "playwright", "install", "chromium"]
    if subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, check=False).returncode:
        stop("failed\nThe tests need Chromium: install it, or set CHROME to its program.")


if __name__ == "__main__":
    main(sys.argv[1:])
