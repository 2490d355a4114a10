"""`/{app_id}/webhook_deliveries` and `/{app_id}/webhook_replay`, which are this gateway's own: how deliveries went, and once more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from handschlag.gateway.actions.webhooks.replay_deliveries import MOST_REPLAYED, ask_for_replay, take_replays
from handschlag.gateway.cloud_api.call import node_unknown
from handschlag.gateway.cloud_api.parse_shape import parse_shape
from handschlag.gateway.cloud_api.shapes import RowNumber, Seconds
from handschlag.gateway.cloud_api.webhooks.paging import page_link
from handschlag.gateway.errors import ParameterMissing, RequestInvalid
from handschlag.gateway.rules.message_limits import PAGE_ROWS
from handschlag.gateway.storage.webhook_log import Attempt, LogFilter, find_attempt, list_attempts
from handschlag.gateway.webhooks.bodies import post_body

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call

_OUTCOMES = ("confirmed", "failed")
_STATUS = "an HTTP status, 'confirmed' or 'failed'"


class ReplayDeliveries(msgspec.Struct, kw_only=True):
    """Which attempts: of a time, a field, an endpoint, an outcome, or by their ids."""

    status: Annotated[str | int, Meta(description=_STATUS)] = ""
    field: str = ""
    callback_url: str = ""
    since: Seconds | None = None
    until: Seconds | None = None
    ids: Annotated[list[RowNumber], Meta(max_length=MOST_REPLAYED)] = []


class ListDeliveries(ReplayDeliveries, kw_only=True):
    """Which attempts, and which part of the list."""

    limit: Annotated[int, Meta(ge=1, le=PAGE_ROWS)] = 25
    after: RowNumber | None = None
    before: RowNumber | None = None


class ReplayDelivery(msgspec.Struct):
    """That it is meant."""

    replay: bool = False


class _HttpStatus(msgspec.Struct):
    status: Annotated[int, Meta(ge=100, le=599, description=_STATUS)]


class _DeliveryId(msgspec.Struct):
    id: RowNumber


async def list_deliveries(call: Call) -> object:
    """Return attempts, newest first; `after` leads to older ones, `before` to newer ones."""
    app_id = call.app()
    asked, parameters = await call.read(ListDeliveries), await call.parameters()
    wanted = _filter(app_id, asked)
    limit, after, before = asked.limit, asked.after, asked.before
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
    if not (await call.read(ReplayDelivery)).replay:
        raise RequestInvalid("replay: got nothing, expected true")
    attempt = await _find(call)
    return await _replay(call, LogFilter(app_id=attempt.app_id, ids=(attempt.id,)))


async def replay_deliveries(call: Call) -> object:
    """Tell many events once more: those of a time, a field, an endpoint, an outcome, or by their attempts' ids."""
    app_id = call.app()
    wanted = _filter(app_id, await call.read(ReplayDeliveries))
    if wanted.since is None and wanted.ids is None:
        raise ParameterMissing("since: got nothing, expected Unix seconds, or ids")
    return await _replay(call, wanted)


async def _replay(call: Call, wanted: LogFilter) -> object:
    count = await ask_for_replay(call.running.configuration, wanted)
    await take_replays(call.running)
    return {"success": True, "replayed": count}


async def _find(call: Call) -> Attempt:
    app_id = call.app()
    number = parse_shape({"id": call.path.item}, _DeliveryId).id
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


def _filter(app_id: str, asked: ListDeliveries | ReplayDeliveries) -> LogFilter:
    status, number = str(asked.status), None
    outcome = status if status in _OUTCOMES else None
    if status and outcome is None:
        number = parse_shape({"status": status}, _HttpStatus).status
    return LogFilter(
        app_id=app_id,
        status=number,
        outcome=outcome,
        field=asked.field or None,
        callback_url=asked.callback_url or None,
        since=asked.since,
        until=asked.until,
        ids=tuple(asked.ids) or None,
    )
