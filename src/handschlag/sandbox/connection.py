"""What a program needs to talk to a sandbox: the one line of `--json`, and the same as shell exports."""

from __future__ import annotations

import shlex

import msgspec


class Connection(msgspec.Struct, frozen=True):
    """Addresses, ids and secrets of a running sandbox."""

    relay_url: str
    gateway_url: str
    messenger_url: str
    control_url: str
    app_id: str
    app_secret: str
    verify_token: str
    access_token: str
    waba_id: str
    phone_number_id: str
    display_phone_number: str
    click_to_chat_url: str
    relay_data: str
    gateway_data: str


# The names that integrations of the WhatsApp Business Platform read from their environment.
_USUAL_NAMES = {
    "WHATSAPP_CLOUD_BASE_URL": "gateway_url",
    "WHATSAPP_TOKEN": "access_token",
    "WHATSAPP_PHONE_NUMBER_ID": "phone_number_id",
    "WHATSAPP_BUSINESS_ACCOUNT_ID": "waba_id",
    "WHATSAPP_APP_ID": "app_id",
    "WHATSAPP_APP_SECRET": "app_secret",
    "WHATSAPP_VERIFY_TOKEN": "verify_token",
}


def as_exports(connection: Connection) -> str:
    """Return `export NAME=value` lines: HANDSCHLAG_… for every field, then the names integrations know."""
    values: dict[str, str] = msgspec.structs.asdict(connection)
    lines = [f"export HANDSCHLAG_{name.upper()}={shlex.quote(value)}" for name, value in values.items()]
    lines += [f"export {name}={shlex.quote(values[field])}" for name, field in _USUAL_NAMES.items()]
    return "\n".join(lines)
