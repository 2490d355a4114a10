"""Sealed backups: brought in parts by their account, read by whoever knows the id."""

from __future__ import annotations

from aiohttp import web

from handschlag.relay.actions.backups.read_backup import read_backup, read_part
from handschlag.relay.actions.backups.store_backup import (
    list_own_backups,
    parse_name,
    remove_backup,
    store_backup,
    store_part,
)
from handschlag.relay.errors import BadRequest, TooLarge
from handschlag.relay.http.answers import answer
from handschlag.relay.http.requests import CONTEXT, authenticated, limit_strangers, read_body, read_bytes
from handschlag.relay.storage.backups import PartName
from handschlag.wire.http import PutBackup
from handschlag.wire.limits import BACKUP_PART_BYTES

_PRIVATE = {"Cache-Control": "private, no-store"}


async def get_backups(request: web.Request) -> web.Response:
    """GET /v1/backups."""
    return answer(await list_own_backups(request.app[CONTEXT], await authenticated(request)))


async def put_backup(request: web.Request) -> web.Response:
    """PUT /v1/backups/{id}."""
    sender = await authenticated(request)
    body = await read_body(request, PutBackup)
    return answer(await store_backup(request.app[CONTEXT], sender, _id(request), body))


async def get_backup(request: web.Request) -> web.Response:
    """GET /v1/backups/{id}."""
    context = request.app[CONTEXT]
    limit_strangers(request, context.limits.backup_reads)
    found = answer(await read_backup(context, _id(request)))
    found.headers.update(_PRIVATE)
    return found


async def delete_backup(request: web.Request) -> web.Response:
    """DELETE /v1/backups/{id}."""
    await remove_backup(request.app[CONTEXT], await authenticated(request), _id(request))
    return answer({})


async def put_part(request: web.Request) -> web.Response:
    """PUT /v1/backups/{id}/parts/{part}."""
    sender = await authenticated(request)
    length = request.content_length
    limit = f"1 to {BACKUP_PART_BYTES} bytes"
    if length is not None and length > BACKUP_PART_BYTES:
        raise TooLarge("the part is too large", field="Content-Length", seen=f"{length} bytes", limit=limit)
    content = await read_bytes(request)
    if not content:
        raise BadRequest("there is no part", field="body", seen="0 bytes", limit=limit)
    if len(content) > BACKUP_PART_BYTES:
        raise TooLarge("the part is too large", field="body", seen=f"{len(content)} bytes", limit=limit)
    await store_part(request.app[CONTEXT], sender, _part(request), content)
    return answer({})


async def get_part(request: web.Request) -> web.Response:
    """GET /v1/backups/{id}/parts/{part}."""
    context = request.app[CONTEXT]
    limit_strangers(request, context.limits.backup_reads)
    content = await read_part(context, _part(request))
    return web.Response(body=content, content_type="application/octet-stream", headers=_PRIVATE)


def _id(request: web.Request) -> str:
    return parse_name(request.match_info["id"], "id")


def _part(request: web.Request) -> PartName:
    return PartName(backup=_id(request), part=parse_name(request.match_info["part"], "part"))
