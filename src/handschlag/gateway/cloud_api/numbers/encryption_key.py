"""`/{phone_number_id}/whatsapp_business_encryption`: the key for which customers' answers to flows are sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from msgspec import Meta

from handschlag.gateway.actions.numbers.change_number import change_number
from handschlag.gateway.cloud_api.answers import SUCCESS
from handschlag.gateway.errors import RequestInvalid, shown

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call

_KEY_BITS = 2048


class BusinessKey(msgspec.Struct):
    """A key in PEM."""

    business_public_key: Annotated[str, Meta(max_length=4096)]


async def read_encryption_key(call: Call) -> object:
    """Return the key; its signature is always valid, since nobody but the company's own gateway keeps it."""
    company = call.phone_number()
    key = company.number.public_key
    if not key:
        return {"data": []}
    return {"data": [{"business_public_key": key, "business_public_key_signature_status": "VALID"}]}


async def set_encryption_key(call: Call) -> object:
    """Keep another key."""
    company = call.phone_number()
    pem = (await call.read(BusinessKey)).business_public_key
    await change_number(call.running, company, public_key=parse_public_key(pem))
    return SUCCESS


def parse_public_key(pem: str) -> str:
    """Return an RSA key of 2048 bits as PEM; line ends that a form or a shell swallowed are put back."""
    text = pem.replace("\\n", "\n").strip() + "\n"
    try:
        key = load_pem_public_key(text.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise RequestInvalid(
            f"business_public_key: got {shown(pem, most=40)}, expected a public key in PEM (-----BEGIN PUBLIC KEY-----)"
        ) from None
    if not isinstance(key, RSAPublicKey) or key.key_size != _KEY_BITS:
        seen = f"RSA with {key.key_size} bits" if isinstance(key, RSAPublicKey) else type(key).__name__.lstrip("_")
        raise RequestInvalid(f"business_public_key: got {seen}, expected RSA with {_KEY_BITS} bits")
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
