"""Serves the built messenger: hashed files for ever, the shell fresh, everything under a strict Content-Security-Policy."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec
from aiohttp import web

STATIC = Path(__file__).parent / "static"
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".wasm": "application/wasm",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
}
_HASHES = "hashes.txt"
_ENCODINGS = {"br": ".br", "gzip": ".gz"}
_FOREVER = "public, max-age=31536000, immutable"
_POLICIES = "app-worker svelte-trusted-html pdf-worker"


class NotBuilt(Exception):
    """The web app was not built into this installation."""


class _File(NamedTuple):
    """A file to serve, in each encoding there is."""

    content_type: str
    bodies: dict[str, bytes]
    etag: str


class Messenger:
    """A web server for the messenger alone, on an origin of its own."""

    def __init__(self, *, relay_url: str, host: str = "127.0.0.1", port: int = 0, folder: Path = STATIC) -> None:
        self._relay_url = relay_url.rstrip("/")
        self._host, self.port = host, port
        self._runner: web.AppRunner | None = None
        self._build = build_hash(folder)
        self._files = _load(folder)

    @property
    def url(self) -> str:
        """Where the messenger is served."""
        return f"http://{self._host}:{self.port}"

    async def start(self) -> None:
        """Listen."""
        application = web.Application()
        application.router.add_get("/config.json", self._config)
        application.router.add_get("/health", self._health)
        application.router.add_get("/{path:.*}", self._file)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=2.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self.port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _health(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _config(self, _request: web.Request) -> web.Response:
        config = {"relay_url": self._relay_url, "build": self._build, "version": version("handschlag")}
        return web.Response(
            body=msgspec.json.encode(config), content_type="application/json", headers=self._headers("", "no-cache")
        )

    async def _file(self, request: web.Request) -> web.Response:
        path = request.match_info["path"] or "index.html"
        found = self._files.get(path)
        if found is None:
            return web.Response(status=404, text="not found", headers=self._headers("", "no-cache"))
        headers = self._headers(path, _FOREVER if path.startswith("a/") else "no-cache")
        headers |= {"ETag": found.etag, "Vary": "Accept-Encoding", "Content-Type": found.content_type}
        if request.headers.get("If-None-Match") == found.etag:
            return web.Response(status=304, headers=headers)
        accepted = {part.partition(";")[0].strip() for part in request.headers.get("Accept-Encoding", "").split(",")}
        encoding = next((name for name in _ENCODINGS if name in accepted and name in found.bodies), "")
        if encoding:
            headers["Content-Encoding"] = encoding
        return web.Response(body=found.bodies[encoding], headers=headers)

    def _headers(self, path: str, cache: str) -> dict[str, str]:
        """Return the headers of every answer; only the worker may compile WebAssembly."""
        relay = urlsplit(self._relay_url)
        socket = f"{'wss' if relay.scheme == 'https' else 'ws'}://{relay.netloc}"
        wasm = " 'wasm-unsafe-eval'" if ".worker-" in path else ""
        policy = {
            "default-src": "'none'",
            "script-src": f"'self'{wasm}",
            "worker-src": "'self'",
            "connect-src": f"'self' {relay.scheme}://{relay.netloc} {socket}",
            "style-src": "'self'",
            "img-src": "'self' blob: data:",
            "media-src": "'self' blob:",
            "font-src": "'self'",
            "manifest-src": "'self'",
            "base-uri": "'none'",
            "form-action": "'none'",
            "frame-ancestors": "'none'",
            "require-trusted-types-for": "'script'",
            "trusted-types": _POLICIES,
        }
        return {
            "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
            "Cache-Control": cache,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(self)",
        }


def _load(folder: Path) -> dict[str, _File]:
    """Read the built files into memory: a few megabytes, and no path from outside ever touches the disk."""
    files = {}
    for name, digest in file_hashes(folder).items():
        path = folder / name
        bodies = {"": path.read_bytes()}
        if hashlib.sha256(bodies[""]).hexdigest() != digest:
            raise NotBuilt(f"{path} is not the file that was built: its SHA-256 is not the one in {_HASHES}")
        for encoding, suffix in _ENCODINGS.items():
            packed = path.with_name(path.name + suffix)
            if packed.is_file():
                bodies[encoding] = packed.read_bytes()
        files[name] = _File(_TYPES[path.suffix], bodies, f'"{digest[:32]}"')
    listed = hash_lines(folder).encode()
    files[_HASHES] = _File("text/plain; charset=utf-8", {"": listed}, f'"{hashlib.sha256(listed).hexdigest()[:32]}"')
    return files


def file_hashes(folder: Path = STATIC) -> dict[str, str]:
    """Return the SHA-256 that the build published of every file that is served."""
    lines = (line.split("  ", 1) for line in hash_lines(folder).splitlines())
    return {name: digest for digest, name in lines}


def build_hash(folder: Path = STATIC) -> str:
    """Return one hash over all files: the name of this build in grants and in the settings screen."""
    return hashlib.sha256(hash_lines(folder).encode()).hexdigest()[:16]


def hash_lines(folder: Path = STATIC) -> str:
    """Return what the build published, as `sha256sum --check` reads it; its own hash is the name of the build."""
    try:
        return (folder / _HASHES).read_text()
    except FileNotFoundError as error:
        message = "the messenger is not built into this installation; in a checkout run `make setup`"
        raise NotBuilt(message) from error
