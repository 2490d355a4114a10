"""`/{app_id}/webhook_deliveries` and `/{app_id}/webhook_replay`, which are this gateway's own: how deliveries went, and once more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from handschlag.gateway.actions.webhooks.replay_deliveries import MOST_REPLAYED, ask_for_replay, take_replays
from handschlag.gateway.cloud_api.call import node_unknown
from handschlag.gateway.cloud_api.webhooks.paging import (
    page_link,
    parse_integer,
    parse_names,
    parse_number,
    parse_time,
)
from handschlag.gateway.errors import ParameterMissing, RequestInvalid, shown
from handschlag.gateway.rules.message_limits import PAGE_ROWS
from handschlag.gateway.storage.webhook_log import Attempt, LogFilter, find_attempt, list_attempts
from handschlag.gateway.webhooks.bodies import post_body

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call

_DEFAULT_ROWS = 25
_OUTCOMES = ("confirmed", "failed")
_LAST_STATUS = 599


async def list_deliveries(call: Call) -> object:
    """Return attempts, newest first; `after` leads to older ones, `before` to newer ones."""
    app_id = call.app()
    parameters = await call.parameters()
    wanted = _filter(app_id, parameters)
    limit = parse_integer(parameters.get("limit"), "limit", least=1, most=PAGE_ROWS) or _DEFAULT_ROWS
    after, before = (parse_number(parameters.get(name), name) for name in ("after", "before"))
    # One more than a page tells whether there is another one.
    rows = await call.running.store.read(
        lambda c: list_attempts(c, wanted, older_than=after, newer_than=before, limit=limit + 1)
    )
    more = len(rows) > limit
    rows = rows[-limit:] if before is not None else rows[:limit]
    if not rows:
        return {"data": []}
    newest, oldest = str(rows[0].id), str(rows[-1].id)
    paging: dict[str, Any] = {"cursors": {"before": newest, "after": oldest}}
    if more or before is not None:
        paging["next"] = page_link(call.own_url(), parameters, limit=limit, after=oldest)
    if after is not None or (before is not None and more):
        paging["previous"] = page_link(call.own_url(), parameters, limit=limit, before=newest)
    return {"data": [delivery_node(row) for row in rows], "paging": paging}


async def read_delivery(call: Call) -> object:
    """Return one attempt whole: request and answer."""
    attempt = await _find(call)
    return {
        **delivery_node(attempt),
        "request": {
            "headers": msgspec.json.decode(attempt.headers),
            "body": None if attempt.entry is None else post_body([attempt.entry]).decode(),
        },
        "answer": None if attempt.answer is None else attempt.answer.decode("utf-8", "replace"),
    }


async def replay_delivery(call: Call) -> object:
    """Tell one attempt's event once more."""
    if str((await call.parameters()).get("replay", "")).lower() not in {"1", "true"}:
        raise RequestInvalid("replay: got nothing, expected true")
    attempt = await _find(call)
    return await _replay(call, LogFilter(app_id=attempt.app_id, ids=(attempt.id,)))


async def replay_deliveries(call: Call) -> object:
    """Tell many events once more: those of a time, a field, an endpoint, an outcome, or by their attempts' ids."""
    app_id = call.app()
    parameters = await call.parameters()
    wanted = _filter(app_id, parameters)
    if wanted.since is None and wanted.ids is None:
        raise ParameterMissing("since: got nothing, expected Unix seconds, or ids")
    return await _replay(call, wanted)


async def _replay(call: Call, wanted: LogFilter) -> object:
    count = await ask_for_replay(call.running.configuration, wanted)
    await take_replays(call.running)
    return {"success": True, "replayed": count}


async def _find(call: Call) -> Attempt:
    app_id, number = call.app(), parse_number(call.path.item, "id")
    found = None
    if number is not None:
        found = await call.running.store.read(lambda c: find_attempt(c, app_id, number))
    if found is None:
        raise node_unknown(call.request.method, call.path.item)
    return found


def delivery_node(attempt: Attempt) -> dict[str, Any]:
    """Return an attempt as lists show it."""
    return {
        "id": str(attempt.id),
        "event_id": str(attempt.sequence),
        "field": attempt.field,
        "callback_url": attempt.callback_url,
        "time": int(attempt.at),
        "attempt": attempt.attempt,
        "confirmed": attempt.confirmed,
        "status": attempt.status,
        "error": attempt.error,
        "duration_ms": attempt.duration_ms,
    }


def _filter(app_id: str, parameters: dict[str, Any]) -> LogFilter:
    status = parameters.get("status")
    outcome = status if status in _OUTCOMES else None
    number = None
    if outcome is None:
        expected = f"an HTTP status, '{_OUTCOMES[0]}' or '{_OUTCOMES[1]}'"
        number = parse_integer(status, "status", least=100, most=_LAST_STATUS, expected=expected)
    ids = [parse_number(id_, "ids") for id_ in parse_names(parameters.get("ids"), "ids")]
    if len(ids) > MOST_REPLAYED:
        raise RequestInvalid(f"ids: got {len(ids)}, at most {MOST_REPLAYED}")
    return LogFilter(
        app_id=app_id,
        status=number,
        outcome=outcome,
        field=_text(parameters, "field"),
        callback_url=_text(parameters, "callback_url"),
        since=parse_time(parameters.get("since"), "since"),
        until=parse_time(parameters.get("until"), "until"),
        ids=tuple(id_ for id_ in ids if id_ is not None) or None,
    )


def _text(parameters: dict[str, Any], name: str) -> str | None:
    value = parameters.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise RequestInvalid(f"{name}: got {shown(value)}, expected text")
    return value
