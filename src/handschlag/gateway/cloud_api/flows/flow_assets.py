"""`/{flow_id}/assets`: the Flow JSON is uploaded, and fetched again under a signed address that needs no token."""

from __future__ import annotations

import asyncio
import hmac
from functools import partial
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlencode

import msgspec
from aiohttp import web

from handschlag.content.flows.parsing import FLOW_JSON_BYTES
from handschlag.gateway.actions.flows.change_flow import change_definition, errors_of
from handschlag.gateway.cloud_api.call import node_unknown
from handschlag.gateway.cloud_api.flows.flow_nodes import flow_of_path
from handschlag.gateway.cloud_api.paths import split_path
from handschlag.gateway.cloud_api.request_body import BODY_SECONDS, BROKEN_MULTIPART
from handschlag.gateway.cloud_api.shapes import FilePart
from handschlag.gateway.errors import BodyTooLarge, BodyTooSlow, ParameterMissing, RequestInvalid, shown
from handschlag.gateway.storage.flows import FlowRow, find_flow

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running

ASSET_NAME = "flow.json"
ASSET_TYPE: Literal["FLOW_JSON"] = "FLOW_JSON"
_MULTIPART = "multipart/form-data"
_FIELD_BYTES = 4096
# Long enough for a person to follow the link, short enough that one in a log is worth nothing.
_LINK_SECONDS = 300


class AssetForm(msgspec.Struct):
    """The parts of the form."""

    file: FilePart
    name: str = ""
    asset_type: Literal["FLOW_JSON"] = ASSET_TYPE


class SignedAsset(msgspec.Struct):
    """Until when an address is good, and its signature."""

    ext: str
    hash: str


async def post_asset(call: Call) -> object:
    """Take a Flow JSON for a draft; mistakes in it are answered, and stored with it."""
    found = await flow_of_path(call)
    definition = await _uploaded(call)
    row = await change_definition(call.running, found.row, definition)
    return {"success": True, "validation_errors": errors_of(row)}


async def get_assets(call: Call) -> object:
    """Return where the Flow JSON lies."""
    found = await flow_of_path(call)
    if not found.row.definition:
        return {"data": []}
    until = int(call.running.clock.now()) + _LINK_SECONDS
    query = urlencode({"ext": until, "hash": _signature(found.company, found.row, until)})
    url = f"{call.base_url}/{found.row.id}/assets/{ASSET_NAME}?{query}"
    asset = {"name": ASSET_NAME, "asset_type": ASSET_TYPE, "download_url": url}
    return {"data": [asset], "paging": {"cursors": {"before": "QVFI", "after": "QVFI"}}}


async def download_asset(running: Running, request: web.BaseRequest) -> web.Response:
    """GET the Flow JSON under its signed address."""
    path = split_path(request.path)
    until = request.query.get("ext", "")
    for company in list(running.companies.values()):
        row = await running.store.read(partial(find_flow, company=company.id, id_=path.node))
        if row is None or not row.definition or path.item != ASSET_NAME:
            continue
        right = (
            until.isascii()
            and until.isdigit()
            and hmac.compare_digest(
                _signature(company, row, int(until[:15])).encode(), request.query.get("hash", "").encode()
            )
        )
        if right and int(until) >= running.clock.now():
            headers = {
                "Content-Type": "application/json; charset=UTF-8",
                "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
            }
            return web.Response(body=row.definition, headers=headers)
    raise node_unknown(request.method, path.node)


def _signature(company: Company, row: FlowRow, until: int) -> str:
    text = f"flow asset:{row.id}:{row.asset_version}:{until}"
    return hmac.digest(company.app_secret, text.encode(), "sha256").hex()


async def _uploaded(call: Call) -> bytes:
    if call.request.content_type != _MULTIPART:
        raise RequestInvalid(
            f"body: got {shown(call.request.content_type)}, expected multipart/form-data with a part 'file'"
        )
    try:
        async with asyncio.timeout(BODY_SECONDS):
            parts = await _parts(call)
    except TimeoutError:
        raise BodyTooSlow(f"body: it stopped coming, expected all of it within {BODY_SECONDS:g} s") from None
    except BROKEN_MULTIPART as error:
        raise RequestInvalid(
            f"body: got broken multipart ({type(error).__name__}), expected parts with names"
        ) from None
    kind = parts.get("asset_type", ASSET_TYPE.encode()).decode("utf-8", "replace")
    if kind != ASSET_TYPE:
        raise RequestInvalid(f"asset_type: got {shown(kind)}, expected '{ASSET_TYPE}'")
    if not parts.get("file"):
        raise ParameterMissing("file: got nothing, expected the Flow JSON")
    return parts["file"]


async def _parts(call: Call) -> dict[str, bytes]:
    reader = await call.request.multipart()
    found: dict[str, bytes] = {}
    async for part in reader:
        name = getattr(part, "name", None)
        if name is None:
            continue
        limit = FLOW_JSON_BYTES if name == "file" else _FIELD_BYTES
        data = bytearray()
        while chunk := await part.read_chunk(64 * 1024):  # type: ignore[union-attr]  # a part with a name is a body part
            data += chunk
            if len(data) > limit:
                raise BodyTooLarge(f"{name}: got more than {limit} bytes, at most {limit}")
        found[name] = bytes(data)
    return found
