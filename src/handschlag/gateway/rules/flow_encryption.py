"""How a data endpoint's requests are sealed: an AES key of 128 bits wrapped with the company's RSA key, AES-GCM for the rest.

The answer comes under the same key with every bit of the initial vector turned, in base64. This is the Cloud API's own scheme.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

KEY_BYTES = 16
VECTOR_BYTES = 16
_PADDING = OAEP(mgf=MGF1(algorithm=SHA256()), algorithm=SHA256(), label=None)


class AnswerNotReadable(Exception):
    """What the endpoint answered was not sealed for this request."""


def seal_request(public_key: str, request: bytes, *, key: bytes, vector: bytes) -> bytes:
    """Return the JSON body of a request to a data endpoint; `key` and `vector` are 16 random bytes each."""
    rsa = load_pem_public_key(public_key.encode())
    assert isinstance(rsa, RSAPublicKey), "the key is checked when it is set"
    sealed = {
        "encrypted_flow_data": b64encode(AESGCM(key).encrypt(vector, request, None)).decode(),
        "encrypted_aes_key": b64encode(rsa.encrypt(key, _PADDING)).decode(),
        "initial_vector": b64encode(vector).decode(),
    }
    return msgspec.json.encode(sealed)


def open_answer(answer: bytes, *, key: bytes, vector: bytes) -> bytes:
    """Return what an endpoint answered; raises AnswerNotReadable."""
    turned = bytes(byte ^ 0xFF for byte in vector)
    try:
        return AESGCM(key).decrypt(turned, b64decode(answer.strip(), validate=True), None)
    except (Base64Error, ValueError, InvalidTag):
        raise AnswerNotReadable from None
