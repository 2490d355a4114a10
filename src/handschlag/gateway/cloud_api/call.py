"""One request on its way through the door: who asks, what for, and where answers come from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from handschlag.gateway.cloud_api.parse_shape import Shape, parse_shape
from handschlag.gateway.cloud_api.request_body import read_parameters
from handschlag.gateway.errors import NodeUnknown

if TYPE_CHECKING:
    from aiohttp import web

    from handschlag.gateway.cloud_api.authorize import Caller
    from handschlag.gateway.cloud_api.paths import GraphPath
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running

_SCHEMES = frozenset({"http", "https"})


@dataclass(slots=True)
class Call:
    """A request with its path split and its caller known."""

    running: Running
    request: web.BaseRequest
    path: GraphPath
    caller: Caller
    _parameters: dict[str, Any] | None = field(default=None)

    async def parameters(self) -> dict[str, Any]:
        """Return query and body parameters together, read once."""
        if self._parameters is None:
            self._parameters = await read_parameters(self.request, self.running.settings.body_bytes)
        return self._parameters

    @property
    def has_read_body(self) -> bool:
        """Whether the body was read already, in search of a token."""
        return self._parameters is not None

    async def read(self, shape: type[Shape]) -> Shape:
        """Return the parameters in the shape this call takes; raises what does not fit."""
        return parse_shape(await self.parameters(), shape)

    @property
    def base_url(self) -> str:
        """How the program reached us."""
        request = self.request
        # A reverse proxy that ends TLS says so; it changes nothing but the links in this answer.
        scheme = request.headers.get("X-Forwarded-Proto", request.scheme)
        own = f"{scheme if scheme in _SCHEMES else request.scheme}://{request.host}"
        return self.running.settings.public_url.rstrip("/") or own

    def own_url(self) -> str:
        """Return this request's address without its query, on the host the program used."""
        return f"{self.base_url}{self.request.path.rstrip('/')}"

    def phone_number(self) -> Company:
        """Return the company whose phone number is the path's node; raises NodeUnknown."""
        company = self.running.by_phone_number.get(self.path.node)
        if company is None or company.row.app_id != self.caller.app_id:
            raise node_unknown(self.request.method, self.path.node)
        return company

    def business_account(self) -> Company:
        """Return the company whose WhatsApp business account is the path's node; raises NodeUnknown."""
        for company in self.running.companies_of_app(self.caller.app_id):
            if company.row.waba_id == self.path.node:
                return company
        raise node_unknown(self.request.method, self.path.node)

    def app(self) -> str:
        """Return the app that is the path's node, if the caller acts for it; raises NodeUnknown."""
        if self.path.node != self.caller.app_id:
            raise node_unknown(self.request.method, self.path.node)
        return self.path.node


def node_unknown(method: str, node: str) -> NodeUnknown:
    """Return Graph's error for an object that is not there, or not for this caller."""
    message = (
        f"Unsupported {method.lower()} request. Object with ID '{node[:40]}' does not exist, cannot be loaded due to missing "
        "permissions, or does not support this operation"
    )
    return NodeUnknown(f"id: got '{node[:40]}', expected an object this token may use", title=message)
