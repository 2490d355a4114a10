"""Bodies of the relay's HTTP endpoints (spec/wire.md section 2); the key endpoints carry Matrix's own shapes."""

from __future__ import annotations

import msgspec

from handschlag.wire.certificates import KeyObject
from handschlag.wire.consent import Purpose
from handschlag.wire.envelope import Category
from handschlag.wire.ids import AccountId, DeviceId
from handschlag.wire.signed import SignedRecord


class ErrorBody(msgspec.Struct, frozen=True, omit_defaults=True):
    """What went wrong: a code for programs, a sentence for people, and the field, value and limit where there is one.

    `record` stands on `erased`: the account's own word for it.
    """

    code: str
    message: str
    field: str = ""
    seen: str = ""
    limit: str = ""
    retry_after: float = 0.0
    record: SignedRecord | None = None


class ErrorAnswer(msgspec.Struct, frozen=True):
    """The body of every 4xx and 5xx answer."""

    error: ErrorBody


class RelayInfo(msgspec.Struct, frozen=True):
    """GET /v1/relay: name, time and public signing key (base64) of this relay, its key for push services, and what it offers."""

    name: str
    signing_key: str
    time: float
    version: str
    directory: bool = False
    numbers: bool = False
    push_key: str = ""


class CreateAccount(msgspec.Struct, frozen=True, omit_defaults=True):
    """POST /v1/accounts: a first device with its self-signed keys; a company adds its one-time invitation and a handle."""

    account: AccountId
    device_keys: KeyObject
    invitation: str | None = None
    handle: str | None = None


class AddDevice(msgspec.Struct, frozen=True, omit_defaults=True):
    """POST /v1/devices: a further device that the account certified, the list of devices with it, and its first keys to claim.

    The answer is an UploadKeysAnswer. Who learns of a device wants to begin a session with it at once.
    """

    account: AccountId
    device_keys: KeyObject
    device_list: SignedRecord
    one_time_keys: dict[str, KeyObject] = {}
    fallback_keys: dict[str, KeyObject] = {}


class EraseAccount(msgspec.Struct, frozen=True):
    """DELETE /v1/account: the account's signed erasure."""

    record: SignedRecord


class RemoveDevice(msgspec.Struct, frozen=True):
    """DELETE /v1/devices/{device}: the list of devices without it."""

    device_list: SignedRecord


class DeviceSeen(msgspec.Struct, frozen=True):
    """One of the caller's own devices; seen on which days (Unix seconds of their beginning, 0: not known)."""

    device: DeviceId
    certified: bool
    first_seen: int
    last_seen: int


class OwnDevices(msgspec.Struct, frozen=True, omit_defaults=True):
    """GET /v1/devices: the caller's devices, and the list in force if there is one."""

    devices: list[DeviceSeen]
    device_list: SignedRecord | None = None


class ListedDevices(msgspec.Struct, frozen=True, omit_defaults=True):
    """GET /v1/accounts/{account}/devices: the certified devices, and the list in force if there is one."""

    devices: list[DeviceId]
    device_list: SignedRecord | None = None


class LinkOpened(msgspec.Struct, frozen=True):
    """POST /v1/links: a place for a few sealed messages between two devices that are being linked."""

    id: str
    expires_at: int


class LinkMessage(msgspec.Struct, frozen=True):
    """PUT /v1/links/{id}/{number}: one sealed message; each number is taken once."""

    message: str


class LinkMessageAnswer(msgspec.Struct, frozen=True):
    """GET /v1/links/{id}/{number}: the message, or null if it did not come while this call waited."""

    message: str | None


class ChallengeRequest(msgspec.Struct, frozen=True):
    """POST /v1/auth/challenge."""

    account: AccountId
    device: DeviceId


class ChallengeAnswer(msgspec.Struct, frozen=True):
    """Random text to sign within its time; it serves once."""

    challenge: str
    expires_at: int


class Login(msgspec.Struct, frozen=True, tag_field="type", tag="handschlag.login.v1"):
    """The record a device signs to prove itself; the type keeps it from being any other record."""

    relay: str
    account: AccountId
    device: DeviceId
    challenge: str


class TokenRequest(msgspec.Struct, frozen=True):
    """POST /v1/auth/token: a Login record signed by the device."""

    login: SignedRecord


class TokenAnswer(msgspec.Struct, frozen=True):
    """A bearer token for HTTP and for the hello frame; `time` is the relay's, in Unix seconds, for devices whose clock is wrong."""

    token: str
    expires_at: int
    time: int


class UploadKeys(msgspec.Struct, frozen=True, omit_defaults=True):
    """POST /v1/keys/upload (Matrix shape)."""

    device_keys: KeyObject | None = None
    one_time_keys: dict[str, KeyObject] = {}
    fallback_keys: dict[str, KeyObject] = {}


class UploadKeysAnswer(msgspec.Struct, frozen=True):
    """How many unclaimed one-time keys the relay holds for this device."""

    one_time_key_counts: dict[str, int]


class QueryKeys(msgspec.Struct, frozen=True):
    """POST /v1/keys/query (Matrix shape); the lists of devices are ignored, all are answered."""

    device_keys: dict[AccountId, list[DeviceId]]


class QueryKeysAnswer(msgspec.Struct, frozen=True):
    """Device keys, cross-signing keys and device lists per account, with the signatures known; unknown accounts are left out."""

    device_keys: dict[AccountId, dict[DeviceId, KeyObject]]
    master_keys: dict[AccountId, KeyObject]
    self_signing_keys: dict[AccountId, KeyObject]
    user_signing_keys: dict[AccountId, KeyObject] = {}
    device_lists: dict[AccountId, SignedRecord] = {}
    failures: dict[str, object] = {}


class ClaimKeys(msgspec.Struct, frozen=True):
    """POST /v1/keys/claim (Matrix shape): `{account: {device: "signed_curve25519"}}`."""

    one_time_keys: dict[AccountId, dict[DeviceId, str]]


class ClaimKeysAnswer(msgspec.Struct, frozen=True):
    """One key per device asked for, `{account: {device: {key id: key}}}`; a fallback key when the stock is empty."""

    one_time_keys: dict[AccountId, dict[DeviceId, dict[str, KeyObject]]]
    failures: dict[str, object] = {}


class UploadSigningKeys(msgspec.Struct, frozen=True, omit_defaults=True):
    """POST /v1/keys/device_signing/upload (Matrix shape); a different master key later is refused."""

    master_key: KeyObject
    self_signing_key: KeyObject
    user_signing_key: KeyObject | None = None


class PublishRecord(msgspec.Struct, frozen=True):
    """PUT /v1/company/profile, PUT /v1/company/offer: a record signed by the company's self-signing key."""

    record: SignedRecord


class StoredPicture(msgspec.Struct, frozen=True):
    """The answer to PUT /v1/company/picture: the picture's SHA-256, as a profile names it."""

    hash: str


class SubmitTemplate(msgspec.Struct, frozen=True):
    """POST /v1/company/templates: the canonical JSON of a TemplateDefinition."""

    definition: str


class TemplateState(msgspec.Struct, frozen=True, omit_defaults=True):
    """A template version's address, its state, and the approval while it is approved."""

    hash: str
    status: str
    category: Category
    approval: SignedRecord | None = None
    reason: str = ""


class TemplateStates(msgspec.Struct, frozen=True):
    """GET /v1/company/templates: every version of this company, approvals renewed."""

    templates: list[TemplateState]


class TemplateTexts(msgspec.Struct, frozen=True):
    """GET /v1/companies/{account}/templates: all definitions, so that asking does not tell which one was received."""

    definitions: list[str]


class PostRecord(msgspec.Struct, frozen=True):
    """POST /v1/consent/grants and /v1/consent/withdrawals: a record signed by the customer's device."""

    record: SignedRecord


class PostRecordAnswer(msgspec.Struct, frozen=True):
    """The relay's receipt."""

    receipt: SignedRecord


class ConsentState(msgspec.Struct, frozen=True):
    """One company's standing with this customer; `records` is the chain, oldest first, `head` its last hash."""

    business: AccountId
    purposes: list[Purpose]
    blocked: bool
    head: str | None
    records: list[SignedRecord]


class ConsentStates(msgspec.Struct, frozen=True):
    """GET /v1/consent: every company this customer has agreed with, withdrawn from or blocked."""

    businesses: list[ConsentState]


class StoredMedia(msgspec.Struct, frozen=True):
    """POST /v1/media: under which id a sealed file lies, how many bytes came, and until when (Unix seconds)."""

    id: str
    bytes: int
    expires_at: int


class BeginUpload(msgspec.Struct, frozen=True):
    """POST /v1/media/uploads: an id of 192 random bits that the sender chose, and how many bytes will come."""

    id: str
    bytes: int


class MediaUpload(msgspec.Struct, frozen=True):
    """How far an upload is: `offset` of `bytes` are here, and the file is stored when they are equal; until when it is kept."""

    id: str
    offset: int
    bytes: int
    expires_at: int


class PutBackup(msgspec.Struct, frozen=True):
    """PUT /v1/backups/{id}: the generation it is based on (0 for none), two sealed texts, and the parts that belong to it."""

    previous: int
    identity: str
    contents: str
    parts: list[str]


class BackupState(msgspec.Struct, frozen=True):
    """A backup that lies whole at the relay: which generation, since when, and how large its parts are."""

    id: str
    generation: int
    stored_at: int
    bytes: int


class BackupStates(msgspec.Struct, frozen=True):
    """GET /v1/backups: those of the account that asks."""

    backups: list[BackupState]


class Backup(msgspec.Struct, frozen=True):
    """GET /v1/backups/{id}: what opens it is known to nobody here."""

    generation: int
    stored_at: int
    identity: str
    contents: str
