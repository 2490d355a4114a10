"""`/{phone_number_id}/block_users`: whom the company neither writes to nor hears from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from handschlag.gateway.actions.numbers.block_customers import BlockRequest, block_customers, unblock_customers
from handschlag.gateway.cloud_api.fields import page
from handschlag.gateway.cloud_api.shapes import Page, Product
from handschlag.gateway.errors import CodedError, ParameterMissing, RequestInvalid, shown
from handschlag.gateway.rules.customer_ids import parse_number, parse_user_id
from handschlag.gateway.rules.error_codes import error_code

if TYPE_CHECKING:
    from handschlag.gateway.actions.numbers.block_customers import Blocked
    from handschlag.gateway.cloud_api.call import Call

_NOT_VALID = 131009
_FAILED = 139100


class BlockedUser(msgspec.Struct):
    """One customer."""

    user: Annotated[str | int, Meta(description="a number or user id")] | None = None
    user_id: Annotated[str | int, Meta(description="a user id")] | None = None


_User = Annotated[BlockedUser, Meta(description="an object with a user or user_id")]


class BlockUsers(msgspec.Struct, kw_only=True):
    """Whom to block, or to let in again."""

    messaging_product: Product = None
    block_users: Annotated[list[_User], Meta(max_length=1000, description="a list of objects with a user or user_id")]


async def list_blocked_users(call: Call) -> object:
    """Return who is blocked, oldest first."""
    company = call.phone_number()
    await call.read(Page)
    rows: list[dict[str, Any]] = []
    for one in company.blocked.values():
        row = {"messaging_product": "whatsapp", "input": one.wa_id or one.user_id or ""}
        if one.wa_id:
            row["wa_id"] = one.wa_id
        if one.user_id:
            row["user_id"] = one.user_id
        rows.append(row)
    return page(rows, await call.parameters(), call.own_url())


async def block_users(call: Call) -> object:
    """Block customers; those that cannot be blocked are named beside the error."""
    company = call.phone_number()
    requests, failed = _parse((await call.read(BlockUsers)).block_users)
    done = await block_customers(call.running, company, requests)
    return _answer("added_users", done, failed)


async def unblock_users(call: Call) -> object:
    """Let customers in again."""
    company = call.phone_number()
    requests, failed = _parse((await call.read(BlockUsers)).block_users)
    done = await unblock_customers(call.running, company, requests)
    return _answer("removed_users", done, failed)


def _parse(users: list[BlockedUser]) -> tuple[list[BlockRequest], list[dict[str, Any]]]:
    if not users:
        raise ParameterMissing("block_users: got nothing, expected a list of objects with a user or user_id")
    requests: list[BlockRequest] = []
    failed: list[dict[str, Any]] = []
    for number, user in enumerate(users):
        given = user.user or user.user_id
        if not given:
            raise RequestInvalid(f"block_users[{number}]: got nothing, expected an object with a user or user_id")
        text = str(given)
        digits = parse_number(text)
        by_id = parse_user_id(text.strip()) if digits is None else None
        if digits is None and by_id is None:
            failed.append(_failed(text, f"block_users[{number}].user: got {shown(text)}, expected a number or user id"))
        else:
            requests.append(BlockRequest(text, digits, by_id))
    return requests, failed


def _failed(given: str, details: str) -> dict[str, Any]:
    title = error_code(_NOT_VALID).title
    error = {"code": _NOT_VALID, "message": f"(#{_NOT_VALID}) {title}", "error_data": {"details": details}}
    return {"input": given, "errors": [error]}


def _answer(key: str, done: list[Blocked], failed: list[dict[str, Any]]) -> dict[str, Any]:
    users = []
    for one in done:
        user = {"input": one.given}
        if one.wa_id:
            user["wa_id"] = one.wa_id
        if one.user_id:
            user["user_id"] = one.user_id
        users.append(user)
    answer: dict[str, Any] = {"messaging_product": "whatsapp", "block_users": {key: users}}
    if not failed:
        return answer
    answer["block_users"]["failed_users"] = failed
    error = CodedError(
        _FAILED, f"block_users: {len(failed)} of {len(failed) + len(done)} are not valid, see failed_users"
    )
    error.beside = answer
    raise error
