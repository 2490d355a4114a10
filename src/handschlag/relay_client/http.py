"""Every HTTP call of spec/wire.md section 2, typed, with login and the renewal of its token."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Protocol, TypeVar
from urllib.parse import quote

import aiohttp
import msgspec

from handschlag.clock import Clock
from handschlag.relay_client.errors import RelayRefused, RelayUnreachable
from handschlag.wire.certificates import KeyObject
from handschlag.wire.company import CompanyCard
from handschlag.wire.http import (
    AddDevice,
    ChallengeAnswer,
    ChallengeRequest,
    ClaimKeys,
    ClaimKeysAnswer,
    ConsentStates,
    CreateAccount,
    EraseAccount,
    ErrorAnswer,
    ErrorBody,
    Login,
    OwnDevices,
    PostRecord,
    PostRecordAnswer,
    PublishRecord,
    QueryKeys,
    QueryKeysAnswer,
    RelayInfo,
    RemoveDevice,
    StoredPicture,
    SubmitTemplate,
    TemplateState,
    TemplateStates,
    TemplateTexts,
    TokenAnswer,
    TokenRequest,
    UploadKeys,
    UploadKeysAnswer,
    UploadSigningKeys,
)
from handschlag.wire.ids import AccountId, DeviceId
from handschlag.wire.signed import SignedRecord, Signer, sign_record

T = TypeVar("T")

# A token is renewed this long before it ends, so that none ends on the way.
_RENEW_SECONDS = 300.0
_TIMEOUT = aiohttp.ClientTimeout(total=30.0, sock_connect=10.0)
_UNAUTHORIZED = 401
_OK_BELOW = 300


class Participant(Protocol):
    """Whoever logs in: a `Device` is one."""

    account: AccountId
    device: DeviceId

    @property
    def signer(self) -> Signer:
        """Signs with the device's own key."""
        ...


class RelayHttp:
    """One participant's calls to one relay; raises RelayRefused and RelayUnreachable."""

    def __init__(self, base_url: str, session: aiohttp.ClientSession, participant: Participant, clock: Clock) -> None:
        self.base_url = base_url.rstrip("/")
        self.session = session
        self._participant = participant
        self._clock = clock
        self._token: TokenAnswer | None = None
        self._login = asyncio.Lock()

    async def relay_info(self) -> RelayInfo:
        """GET /v1/relay."""
        return await self._call("GET", "/v1/relay", RelayInfo, authenticated=False)

    async def create_account(self, request: CreateAccount) -> None:
        """POST /v1/accounts; a taken account id is refused with code `conflict`."""
        await self._call("POST", "/v1/accounts", object, request, authenticated=False)

    async def add_device(self, request: AddDevice) -> None:
        """POST /v1/devices: this device, certified and in its account's list."""
        await self._call("POST", "/v1/devices", object, request, authenticated=False)

    async def own_devices(self) -> OwnDevices:
        """GET /v1/devices."""
        return await self._call("GET", "/v1/devices", OwnDevices)

    async def remove_device(self, device: DeviceId, listed: SignedRecord) -> None:
        """DELETE /v1/devices/{device}, with the list of those that stay."""
        await self._call("DELETE", f"/v1/devices/{_quoted(device)}", object, RemoveDevice(device_list=listed))

    async def erase_account(self, erasure: SignedRecord) -> None:
        """DELETE /v1/account, with the account's signed word."""
        await self._call("DELETE", "/v1/account", object, EraseAccount(record=erasure))

    async def company_card(self, handle: str) -> CompanyCard:
        """GET /v1/companies/{handle or account}."""
        return await self._call("GET", f"/v1/companies/{_quoted(handle)}", CompanyCard, authenticated=False)

    async def upload_keys(self, keys: UploadKeys) -> UploadKeysAnswer:
        """POST /v1/keys/upload."""
        return await self._call("POST", "/v1/keys/upload", UploadKeysAnswer, keys)

    async def upload_signing_keys(self, keys: UploadSigningKeys) -> None:
        """POST /v1/keys/device_signing/upload."""
        await self._call("POST", "/v1/keys/device_signing/upload", object, keys)

    async def upload_signatures(self, objects: dict[AccountId, dict[str, KeyObject]]) -> None:
        """POST /v1/keys/signatures/upload: signed objects by account and by device or key."""
        await self._call("POST", "/v1/keys/signatures/upload", object, objects)

    async def query_keys(self, accounts: Iterable[AccountId]) -> QueryKeysAnswer:
        """POST /v1/keys/query for these accounts."""
        request = QueryKeys(device_keys={account: [] for account in accounts})
        return await self._call("POST", "/v1/keys/query", QueryKeysAnswer, request)

    async def claim_keys(self, wanted: dict[AccountId, dict[DeviceId, str]]) -> ClaimKeysAnswer:
        """POST /v1/keys/claim; `wanted` is what NoSession.missing or Repair.claim says."""
        return await self._call("POST", "/v1/keys/claim", ClaimKeysAnswer, ClaimKeys(one_time_keys=wanted))

    async def template_texts(self, account: AccountId) -> TemplateTexts:
        """GET /v1/companies/{account}/templates: all definitions of a company."""
        return await self._call("GET", f"/v1/companies/{_quoted(account)}/templates", TemplateTexts)

    async def publish_profile(self, record: SignedRecord) -> None:
        """PUT /v1/company/profile."""
        await self._call("PUT", "/v1/company/profile", object, PublishRecord(record=record))

    async def publish_picture(self, picture: bytes) -> StoredPicture:
        """PUT /v1/company/picture: what the next profile names by its hash."""
        return await self._call("PUT", "/v1/company/picture", StoredPicture, picture)

    async def publish_offer(self, record: SignedRecord) -> None:
        """PUT /v1/company/offer."""
        await self._call("PUT", "/v1/company/offer", object, PublishRecord(record=record))

    async def submit_template(self, definition: str) -> TemplateState:
        """POST /v1/company/templates: a definition's canonical JSON."""
        return await self._call("POST", "/v1/company/templates", TemplateState, SubmitTemplate(definition=definition))

    async def template_states(self) -> TemplateStates:
        """GET /v1/company/templates: the company's own, approvals renewed."""
        return await self._call("GET", "/v1/company/templates", TemplateStates)

    async def post_grant(self, record: SignedRecord) -> SignedRecord:
        """POST /v1/consent/grants; returns the relay's receipt."""
        return (await self._call("POST", "/v1/consent/grants", PostRecordAnswer, PostRecord(record=record))).receipt

    async def post_withdrawal(self, record: SignedRecord) -> SignedRecord:
        """POST /v1/consent/withdrawals; returns the relay's receipt."""
        answer = await self._call("POST", "/v1/consent/withdrawals", PostRecordAnswer, PostRecord(record=record))
        return answer.receipt

    async def consent(self) -> ConsentStates:
        """GET /v1/consent."""
        return await self._call("GET", "/v1/consent", ConsentStates)

    async def block(self, business: AccountId) -> None:
        """PUT /v1/blocks/{business}."""
        await self._call("PUT", f"/v1/blocks/{_quoted(business)}", object)

    async def unblock(self, business: AccountId) -> None:
        """DELETE /v1/blocks/{business}."""
        await self._call("DELETE", f"/v1/blocks/{_quoted(business)}", object)

    async def delete_media(self, id_: str) -> None:
        """DELETE /v1/media/{id}; `media.py` brings and fetches files."""
        await self._call("DELETE", f"/v1/media/{_quoted(id_)}", object)

    async def token(self) -> str:
        """Return a valid bearer token, logging in if there is none or it ends soon."""
        async with self._login:
            if self._token is None or self._token.expires_at - self._clock.now() < _RENEW_SECONDS:
                self._token = await self._log_in()
            return self._token.token

    def forget_token(self) -> None:
        """Log in anew at the next call: the relay did not take the token."""
        self._token = None

    async def _log_in(self) -> TokenAnswer:
        account, device = self._participant.account, self._participant.device
        asked = ChallengeRequest(account=account, device=device)
        challenge = await self._call("POST", "/v1/auth/challenge", ChallengeAnswer, asked, authenticated=False)
        relay = account.split(":", 1)[1]
        login = Login(relay=relay, account=account, device=device, challenge=challenge.challenge)
        request = TokenRequest(login=sign_record(login, self._participant.signer))
        return await self._call("POST", "/v1/auth/token", TokenAnswer, request, authenticated=False)

    async def _call(
        self, method: str, path: str, answer: type[T], body: object = None, *, authenticated: bool = True
    ) -> T:
        try:
            return await self._once(method, path, answer, body, authenticated=authenticated)
        except RelayRefused as refused:
            if not authenticated or refused.status != _UNAUTHORIZED:
                raise
        # The token ended before its time (the relay was restored, or its clock moved): one new login, one new try.
        self.forget_token()
        return await self._once(method, path, answer, body, authenticated=authenticated)

    async def _once(self, method: str, path: str, answer: type[T], body: object, *, authenticated: bool) -> T:
        plain = isinstance(body, bytes)
        headers = {"Content-Type": "application/octet-stream" if plain else "application/json"}
        if authenticated:
            headers["Authorization"] = f"Bearer {await self.token()}"
        data = body if plain else None if body is None else msgspec.json.encode(body)
        route = f"{method} {path.split('/@', 1)[0]}"
        try:
            async with self.session.request(
                method, self.base_url + path, data=data, headers=headers, timeout=_TIMEOUT, allow_redirects=False
            ) as response:
                content = await response.read()
                status = response.status
        except (aiohttp.ClientError, TimeoutError) as error:
            raise RelayUnreachable(route, type(error).__name__) from error
        if status < _OK_BELOW:
            try:
                return msgspec.json.decode(content, type=answer)
            except msgspec.DecodeError as error:
                raise RelayUnreachable(route, "an answer of another form") from error
        raise RelayRefused(route, status, error_body(content))


def error_body(content: bytes) -> ErrorBody:
    """Return the relay's error object, or what stands for it."""
    try:
        return msgspec.json.decode(content, type=ErrorAnswer).error
    except msgspec.DecodeError:
        # A proxy in between answered.
        return ErrorBody(code="unavailable", message="no error object")


def _quoted(segment: str) -> str:
    # A handle with a slash must not become another path.
    return quote(segment, safe="@:")
