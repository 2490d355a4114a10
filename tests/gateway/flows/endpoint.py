"""A company's data endpoint for tests: opens requests with a key of its own, answers as it is told."""

from __future__ import annotations

import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC_KEY = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
_OAEP = padding.OAEP(mgf=padding.MGF1(algorithm=SHA256()), algorithm=SHA256(), label=None)
Answer = dict[str, Any] | web.Response


def open_request(body: bytes) -> tuple[dict[str, Any], Callable[[dict[str, Any]], str]]:
    """Return what a request asks, and what seals the answer to it."""
    sealed = json.loads(body)
    key = KEY.decrypt(b64decode(sealed["encrypted_aes_key"]), _OAEP)
    vector = b64decode(sealed["initial_vector"])
    opened = json.loads(AESGCM(key).decrypt(vector, b64decode(sealed["encrypted_flow_data"]), None))

    def seal(answer: dict[str, Any]) -> str:
        turned = bytes(byte ^ 0xFF for byte in vector)
        return b64encode(AESGCM(key).encrypt(turned, json.dumps(answer).encode(), None)).decode()

    return opened, seal


class DataEndpoint:
    """Listens on a port of its own and remembers what it was asked."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self.asked: list[dict[str, Any]] = []
        self.signatures: list[bool] = []
        self.answer: Callable[[dict[str, Any]], Answer] = lambda _: {"data": {"status": "active"}}
        self._runner: web.ServerRunner | None = None
        self.url = ""

    async def start(self) -> None:
        self._runner = web.ServerRunner(web.Server(self._handle, access_log=None))
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, shutdown_timeout=1).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/flow"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.Response:
        body = await request.read()
        expected = "sha256=" + hmac.digest(self._secret, body, "sha256").hex()
        self.signatures.append(request.headers["X-Hub-Signature-256"] == expected)
        opened, seal = open_request(body)
        self.asked.append(opened)
        answer = self.answer(opened)
        return answer if isinstance(answer, web.Response) else web.Response(text=seal(answer))
