"""The gateway's own link domain: short links, number links, QR codes, all open to everybody.

The same grammar as the known ones: `/message/CODE`, `/49301234567?text=…`, `/c/49301234567`, `/send?phone=…&text=…`. Each answers with
a redirect into the messenger; the text travels behind `#`, where no server sees it. `/digits` is a node's id as well: it is a link only
for a request without a token, and only if the digits are a number of this gateway. Ids have 15 digits; a number of 15 digits that is
an id too is a link to whoever has no token.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import segno
from aiohttp import web

from handschlag.gateway.actions.numbers.message_links import find_link
from handschlag.gateway.cloud_api.numbers.link_base import link_base
from handschlag.gateway.cloud_api.numbers.pictures import show_picture
from handschlag.gateway.errors import LinkUnknown, shown
from handschlag.gateway.rules.click_to_chat import click_to_chat_url, public_master_key
from handschlag.gateway.rules.customer_ids import number_key, parse_number

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.paths import GraphPath
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running

_FOUND = 302
_LONGEST_TEXT = 4096
_QR_SCALE = 10
_QR_BORDER = 4
_IMAGE_TYPES = {"svg": "image/svg+xml", "png": "image/png"}
_KEPT = "public, max-age=3600"


def qr_image_url(running: Running, request: web.BaseRequest, code: str, image: str) -> str:
    """Return where a link's QR code is shown; whoever knows the code may see it, and it shows nothing else."""
    return f"{link_base(running, request)}/qr/{code}.{image.lower()}"


async def follow_link(running: Running, request: web.BaseRequest, path: GraphPath) -> web.Response | None:
    """Answer a path of the link grammar, or return None if it is none."""
    pattern = path.pattern
    if path.rest or path.version or not pattern:
        return None
    text = request.query.get("text", "")[:_LONGEST_TEXT]
    if path.node and len(pattern) == 1:
        company = _by_number(running, path.node)
        return None if company is None else _redirect(running, company, text)
    match pattern:
        case ("message", code):
            return await _follow_code(running, code)
        case ("c", digits):
            return _follow_number(running, digits, "")
        case ("send",):
            return _follow_number(running, request.query.get("phone", ""), text)
        case ("qr", name):
            return await _show_qr(running, request, name)
        case ("pictures", name):
            return await show_picture(running, name)
    return None


async def _follow_code(running: Running, code: str) -> web.Response:
    link = await find_link(running, code)
    company = None if link is None else running.companies.get(link.company)
    if link is None or company is None:
        raise LinkUnknown(f"code: got {shown(code)}, expected the code of a link of this gateway")
    return _redirect(running, company, link.prefilled_message)


def _follow_number(running: Running, digits: str, text: str) -> web.Response:
    company = _by_number(running, digits)
    if company is None:
        raise LinkUnknown(f"phone: got {shown(digits)}, expected a number of this gateway")
    return _redirect(running, company, text)


def _by_number(running: Running, text: str) -> Company | None:
    digits = parse_number(text)
    if digits is None:
        return None
    key = number_key(digits)
    return next(
        (one for one in running.companies.values() if one.row.number and number_key(one.row.number) == key), None
    )


def _redirect(running: Running, company: Company, text: str) -> web.Response:
    messenger = running.settings.messenger_url
    if not messenger:
        raise LinkUnknown("link: this gateway's operator has not set where the messenger is (messenger_url)")
    address = click_to_chat_url(messenger, company.row.handle, public_master_key(company.row.master_key), text)
    return web.Response(status=_FOUND, headers={"Location": address, "Cache-Control": "no-store"})


async def _show_qr(running: Running, request: web.BaseRequest, name: str) -> web.Response:
    code, _, image = name.rpartition(".")
    link = await find_link(running, code) if image in _IMAGE_TYPES else None
    if link is None:
        raise LinkUnknown(f"code: got {shown(name)}, expected the code of a link of this gateway, and .svg or .png")
    drawing = io.BytesIO()
    made = segno.make(f"{link_base(running, request)}/message/{code}", error="m", micro=False)
    made.save(drawing, kind=image, scale=_QR_SCALE, border=_QR_BORDER)
    headers = {"Content-Type": _IMAGE_TYPES[image], "Cache-Control": _KEPT, "X-Content-Type-Options": "nosniff"}
    return web.Response(body=drawing.getvalue(), headers=headers)
