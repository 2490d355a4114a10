"""Settings of a gateway, each with its default and one sentence; environment prefix `HANDSCHLAG_GATEWAY_`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from handschlag.object_store import URL_PATTERN

DAY = 86_400.0


class GatewaySettings(BaseSettings):
    """Everything an operator of a gateway may set."""

    model_config = SettingsConfigDict(env_prefix="HANDSCHLAG_GATEWAY_", extra="ignore")

    data: Path = Field(
        default=Path("gateway-data"), description="Folder of the database, the data key and the master keys."
    )
    database_url: str = Field(default="", description="SQLAlchemy URL; empty means SQLite in the data folder.")
    host: str = Field(default="127.0.0.1", description="Address the API listens on.")
    port: int = Field(default=8701, ge=0, le=65535, description="Port the API listens on; 0 lets the system choose.")
    public_url: str = Field(
        default="", description="How programs reach this gateway; used in paging links. Empty: host and port."
    )
    link_url: str = Field(
        default="", description="Address that short links and QR codes begin with; empty: that of the gateway."
    )
    messenger_url: str = Field(
        default="", description="Where customers reach the messenger; short links lead there. Empty: links answer 404."
    )
    country: str = Field(
        default="DE", pattern="[A-Z]{2}", description="Country code in front of business-scoped user ids."
    )
    commit_window: float = Field(default=0.002, ge=0, le=0.1, description="Seconds a commit waits for company.")

    refusals: Literal["webhook", "answer"] = Field(
        default="webhook",
        description="Whether a relay's refusal arrives as a failed status, or the request waits and answers it.",
    )
    answer_seconds: float = Field(
        default=5.0, gt=0, le=60, description="How long a request waits for the relay's verdict."
    )
    messages_per_second: int = Field(
        default=80, ge=0, description="Messages a number may send a second; 0 is without limit."
    )
    pair_burst: int = Field(
        default=45, ge=0, description="Messages a number may send to one customer at once; 0 is without limit."
    )
    pair_seconds: float = Field(
        default=6.0, gt=0, description="Seconds after which one more message to the same customer is allowed."
    )
    management_calls_per_hour: int = Field(
        default=5000,
        ge=0,
        description="Management calls an app may make an hour (not sending, files and nodes); 0 is without limit.",
    )
    registration_limit: int = Field(
        default=10, ge=0, description="How often a number may be registered in 72 hours; 0 is without limit."
    )
    idempotency_seconds: float = Field(
        default=DAY, gt=0, description="How long the first answer to an Idempotency-Key is given again."
    )
    templates_per_account: int = Field(default=6000, ge=1, description="Templates a business account may have.")
    template_creations_per_hour: int = Field(
        default=100, ge=0, description="Templates a business account may create in an hour; 0 is without limit."
    )
    body_bytes: int = Field(default=1024 * 1024, ge=1024, description="Largest request body that is read.")
    erased_customers: Literal["keep", "delete"] = Field(
        default="delete",
        description="Whether what was said stays when a customer erases the account: keep it where a law demands that.",
    )
    messages_seconds: float = Field(
        default=0.0,
        ge=0,
        description="How long what was said is kept; ids, times and states stay. At least 30 days; 0 is for ever.",
    )
    outbox_limit: int = Field(
        default=50_000, ge=1, description="Messages waiting for the relay before new ones are refused."
    )

    webhook_backlog_limit: int = Field(
        default=100_000, ge=1, description="Undelivered webhooks before new messages are refused."
    )
    webhook_schedule: list[float] = Field(
        default=[0, 5, 15, 60, 300, 900, 3600, 3 * 3600],
        min_length=1,
        description="Seconds before each retry; the last repeats until the time is over.",
    )
    webhook_seconds: float = Field(
        default=7 * DAY, gt=0, description="How long an event is retried before it is given up."
    )
    webhook_timeout: float = Field(default=10.0, gt=0, description="Seconds an endpoint has for its answer.")
    # A customer keeps to one lane, so that order holds. An endpoint that needs 100 ms confirms ten events a second in each.
    webhook_lanes: int = Field(default=16, ge=1, le=64, description="Requests in flight for one endpoint.")
    webhook_log: Literal["all", "failures", "off"] = Field(
        default="all",
        description="Which deliveries are logged: all, those that failed (and how they ended), or none. It holds the messages.",
    )
    webhook_log_seconds: float = Field(default=7 * DAY, gt=0, description="How long the log of deliveries is kept.")
    webhook_log_rows: int = Field(default=10_000, ge=1, description="Logged attempts kept for each endpoint, at most.")
    webhook_events_seconds: float = Field(
        default=7 * DAY, gt=0, description="How long events are kept for programs that read them by cursor."
    )
    private_callbacks: bool = Field(
        default=False, description="Whether callbacks may be plain http or lead to private addresses."
    )

    media_url: str = Field(
        default="",
        pattern=URL_PATTERN,
        description="Where sealed files lie: s3://…, gs://…, az://… or file:///…; empty means a folder in the data folder.",
    )
    media_seconds: float = Field(default=30 * DAY, gt=0, description="How long an uploaded file is kept.")
    incoming_media_seconds: float = Field(default=7 * DAY, gt=0, description="How long a received file is kept.")
    media_url_seconds: float = Field(default=300.0, gt=0, description="How long the address of a file is valid.")
    private_links: bool = Field(default=False, description="Whether links of messages may lead to private addresses.")
    link_hosts: list[str] = Field(
        default=[], description="Hosts that links of messages may lead to though their addresses are private."
    )
    link_timeout: float = Field(default=60.0, gt=0, description="Seconds a file behind a link has to come.")
    link_cache_seconds: float = Field(
        default=600.0, ge=0, description="How long a file or page behind a link is taken for the same."
    )
    link_preview_timeout: float = Field(
        default=3.0,
        ge=0,
        le=60,
        description="Seconds a page has to come for its preview, if a text asks for one; 0 asks no page.",
    )

    contacts_in_memory: int = Field(default=50_000, ge=100, description="Contacts kept in memory.")
    peers_in_memory: int = Field(default=20_000, ge=10, description="Customers whose sessions are kept in memory.")

    @field_validator("messages_seconds")
    @classmethod
    def _outlives_the_relays_mailbox(cls, value: float) -> float:
        # A message waits for its reader as long, and is sealed again if a device could not open it.
        if 0 < value < 30 * DAY:
            message = f"got {value:g}, expected 0 or at least {30 * DAY:g} (30 days)"
            raise ValueError(message)
        return value

    @property
    def database(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite:///{self.data / 'gateway.sqlite3'}"
