"""What companies publish, and what customers look up before they agree to anything."""

from __future__ import annotations

from aiohttp import web

from handschlag.relay.actions.companies.publish_company import (
    publish_offer,
    publish_profile,
    show_card,
    show_template_states,
    show_template_texts,
    submit_template,
)
from handschlag.relay.http.answers import answer
from handschlag.relay.http.requests import CONTEXT, authenticated, limit_strangers, read_body
from handschlag.wire.http import PublishRecord, SubmitTemplate
from handschlag.wire.ids import parse_account_id


async def get_card(request: web.Request) -> web.Response:
    """GET /v1/companies/{name}."""
    context = request.app[CONTEXT]
    limit_strangers(request, context.limits.cards)
    return answer(await show_card(context, request.match_info["name"]))


async def get_template_texts(request: web.Request) -> web.Response:
    """GET /v1/companies/{name}/templates."""
    await authenticated(request)
    business = parse_account_id(request.match_info["name"])
    return answer(await show_template_texts(request.app[CONTEXT], business))


async def put_profile(request: web.Request) -> web.Response:
    """PUT /v1/company/profile."""
    sender = await authenticated(request)
    await publish_profile(request.app[CONTEXT], sender, (await read_body(request, PublishRecord)).record)
    return answer({})


async def put_offer(request: web.Request) -> web.Response:
    """PUT /v1/company/offer."""
    sender = await authenticated(request)
    await publish_offer(request.app[CONTEXT], sender, (await read_body(request, PublishRecord)).record)
    return answer({})


async def post_template(request: web.Request) -> web.Response:
    """POST /v1/company/templates."""
    sender = await authenticated(request)
    return answer(await submit_template(request.app[CONTEXT], sender, await read_body(request, SubmitTemplate)))


async def get_template_states(request: web.Request) -> web.Response:
    """GET /v1/company/templates."""
    return answer(await show_template_states(request.app[CONTEXT], await authenticated(request)))
