"""spec/vectors/recovery.json: the recovery code and its boxes as the specification says, worked out apart from the browser's code."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VECTORS = json.loads((Path(__file__).parents[2] / "spec/vectors/recovery.json").read_text("utf-8"))
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BUCKET = 4096


def unbase64(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4))


def code_of(secret: str) -> str:
    """Return a secret with its check, in groups."""
    number = 0
    for character in secret:
        number = number * 32 + ALPHABET.index(character)
    rest = number % 32749
    plain = secret + "".join(ALPHABET[rest >> shift & 31] for shift in (10, 5, 0))
    return " ".join(plain[start : start + 4] for start in range(0, 28, 4))


def derive(secret: bytes, label: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=b"handschlag.recovery.v1", info=label.encode()).derive(secret)


def seal(key: bytes, place: str, nonce: bytes, plain: bytes) -> bytes:
    framed = len(plain).to_bytes(4, "big") + plain
    padded = framed + bytes(-len(framed) % BUCKET)
    return nonce + AESGCM(key).encrypt(nonce, padded, place.encode())


@pytest.mark.parametrize("vector", VECTORS["codes"], ids=lambda vector: vector["secret"])
def test_a_secret_has_one_code_and_one_place(vector: dict[str, str]) -> None:
    assert code_of(vector["secret"]) == vector["code"]
    assert derive(vector["secret"].encode(), "backup id").hex() == vector["id"]


@pytest.mark.parametrize("vector", VECTORS["passkeys"], ids=lambda vector: vector["id"][:8])
def test_a_passkey_leads_to_a_place_of_its_own(vector: dict[str, str]) -> None:
    assert derive(unbase64(vector["output"]), "passkey id").hex() == vector["id"]


@pytest.mark.parametrize("vector", VECTORS["boxes"], ids=lambda vector: vector["kind"])
def test_boxes_are_sealed_as_the_vectors_say(vector: dict[str, str]) -> None:
    secret = vector["secret"].encode()
    id_, key = derive(secret, "backup id").hex(), derive(secret, "identity key")
    place = f"handschlag.backup.v1 {vector['kind']} {id_}"
    assert seal(key, place, unbase64(vector["nonce"]), vector["plain"].encode()) == unbase64(vector["box"])
