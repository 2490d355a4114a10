"""`/{phone_number_id}/message_qrdls`: short links and their QR codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import Meta

from handschlag.gateway.actions.numbers.message_links import (
    change_link_text,
    create_message_link,
    message_links_of,
    remove_message_link,
)
from handschlag.gateway.cloud_api.answers import SUCCESS
from handschlag.gateway.cloud_api.fields import Field, page, parse_field_tree
from handschlag.gateway.cloud_api.numbers.link_base import link_base
from handschlag.gateway.cloud_api.numbers.public_links import qr_image_url
from handschlag.gateway.cloud_api.parse_shape import parse_shape
from handschlag.gateway.cloud_api.shapes import FieldsPage, Product
from handschlag.gateway.errors import NodeUnknown, ParameterMissing, shown

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call
    from handschlag.gateway.storage.message_links import MessageLink

_Image = Annotated[Literal["SVG", "PNG"], Meta(description="one of SVG, PNG")]
_Code = Annotated[str, Meta(max_length=64)]
_FIELDS = ("code", "prefilled_message", "deep_link_url")


class PostLink(msgspec.Struct, kw_only=True):
    """A link's text; with a code, that of the link which has it."""

    messaging_product: Product = None
    prefilled_message: Annotated[str, Meta(max_length=140)]
    generate_qr_image: _Image | None = None
    code: _Code = ""


class ListLinks(FieldsPage, kw_only=True):
    """Which links."""

    code: _Code = ""


class DeleteLink(msgspec.Struct):
    """Which link."""

    code: _Code = ""


class _ImageModifiers(msgspec.Struct):
    format: _Image = "SVG"


async def post_message_qrdl(call: Call) -> object:
    """Make a link, or change the text of the one whose code is given."""
    company = call.phone_number()
    given = await call.read(PostLink)
    if given.code:
        link = await change_link_text(call.running, company, given.code, given.prefilled_message)
    else:
        link = await create_message_link(call.running, company, given.prefilled_message)
    image = given.generate_qr_image
    asked = [Field("qr_image_url", {"format": image}, [])] if image else []
    return _shown(call, link, [*(Field(name, {}, []) for name in _FIELDS), *asked])


async def list_message_qrdls(call: Call) -> object:
    """Return the number's links, newest first; `code=` picks one."""
    company = call.phone_number()
    given = await call.read(ListLinks)
    links = await message_links_of(call.running, company)
    code = call.path.item or given.code
    if code:
        links = [link for link in links if link.code == code]
        if call.path.item and not links:
            raise NodeUnknown(f"code: got {shown(code)}, expected the code of a link of this number")
    asked = parse_field_tree(given.fields) or [Field(name, {}, []) for name in _FIELDS]
    return page([_shown(call, link, asked) for link in links], await call.parameters(), call.own_url())


async def delete_message_qrdl(call: Call) -> object:
    """Remove a link."""
    company = call.phone_number()
    code = call.path.item or (await call.read(DeleteLink)).code
    if not code:
        raise ParameterMissing("code: got nothing, expected the code of a link of this number")
    await remove_message_link(call.running, company, code)
    return SUCCESS


def _shown(call: Call, link: MessageLink, asked: list[Field]) -> dict[str, Any]:
    shown_link: dict[str, Any] = {}
    for field in asked:
        if field.name == "code":
            shown_link["code"] = link.code
        elif field.name == "prefilled_message":
            shown_link["prefilled_message"] = link.prefilled_message
        elif field.name == "deep_link_url":
            shown_link["deep_link_url"] = f"{link_base(call.running, call.request)}/message/{link.code}"
        elif field.name == "creation_time":
            shown_link["creation_time"] = int(link.created_at)
        elif field.name == "qr_image_url":
            image = parse_shape(field.modifiers, _ImageModifiers).format
            shown_link["qr_image_url"] = qr_image_url(call.running, call.request, link.code, image)
    return {**shown_link, "code": link.code}
