"""Settings of a relay, each with its default and one sentence; environment prefix `HANDSCHLAG_RELAY_`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from handschlag.object_store import URL_PATTERN
from handschlag.wire.limits import DAY


class RelaySettings(BaseSettings):
    """Everything an operator may set. A limit of 0 is no limit."""

    model_config = SettingsConfigDict(env_prefix="HANDSCHLAG_RELAY_", extra="ignore")

    name: str = Field(
        "localhost", pattern=r"[a-z0-9.-]{1,120}(:\d{1,5})?", description="The relay's name in every account id."
    )
    data: Path = Field(Path("relay-data"), description="Folder of the database and of the relay's own keys.")
    database_url: str = Field("", description="postgresql://… ; empty means SQLite in the data folder.")
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8700, ge=0, le=65535, description="Port to listen on; 0 lets the system choose.")
    allowed_origins: list[str] = Field([], description="Origins of messengers that browsers may call this relay from.")
    trust_forwarded: bool = Field(
        default=False, description="Take the caller's address from X-Forwarded-For: only behind a proxy."
    )
    commit_window: float = Field(0.002, ge=0, le=0.1, description="Seconds a commit waits for company.")
    template_review: Literal["at_once", "by_hand"] = Field(
        "at_once", description="Approve templates at once, or when the operator decides (`handschlag relay templates`)."
    )
    templates_per_company: int = Field(20_000, ge=0, description="Template versions a company may store.")
    expiry_seconds: float = Field(60.0, gt=0, description="How often envelopes past their time are cleared away.")

    accounts_per_hour: int = Field(30, ge=0, description="New accounts and further devices per address.")
    links_per_minute: int = Field(120, ge=0, description="Calls for linking two devices per address.")
    logins_per_minute: int = Field(120, ge=0, description="Challenges and logins per address.")
    cards_per_minute: int = Field(240, ge=0, description="Click-to-chat cards per address.")
    calls_per_minute: int = Field(600, ge=0, description="Authenticated calls per account.")
    claims_per_minute: int = Field(600, ge=0, description="One-time keys claimed per account.")
    customer_envelopes_per_minute: int = Field(300, ge=0, description="Envelopes a customer may send.")
    company_envelopes_per_second: int = Field(5000, ge=0, description="Envelopes a company may send.")

    directory: bool = Field(default=True, description="Let anybody search the companies that want to be found.")
    directory_calls_per_minute: int = Field(120, ge=0, description="Searches of the directory per address.")

    sms_sender: Literal["none", "terminal", "webhook"] = Field(
        "none",
        description="How text messages leave: not at all, onto this terminal (for trials), or by a call to a service.",
    )
    sms_webhook_url: str = Field("", pattern=r"(https?://\S+)?", description="The service's address for one message.")
    sms_webhook_headers: dict[str, str] = Field(
        {}, description="Headers of that call as JSON, for example its Authorization."
    )
    sms_webhook_body: str = Field(
        '{"to": "{number}", "text": "{text}"}',
        description="Body of that call; {number} (+ and digits), {digits} and {text} are filled in, escaped for the content type.",
    )
    sms_webhook_type: Literal["application/json", "application/x-www-form-urlencoded"] = Field(
        "application/json", description="Content type of that body."
    )
    sms_origin: str = Field(
        "",
        pattern=r"[a-z0-9.-]{0,253}",
        description="Host of the messenger, named in the text so that it may take the code by itself.",
    )
    sms_countries: list[str] = Field(
        [], description="Calling codes that codes are sent to, without +; empty means all countries."
    )
    codes_per_account_per_day: int = Field(6, ge=0, description="Codes an account may ask for a day.")
    codes_per_number_per_day: int = Field(5, ge=0, description="Codes sent to one number a day.")
    codes_per_address_per_day: int = Field(20, ge=0, description="Codes asked for from one address a day.")
    codes_per_day: int = Field(2000, ge=0, description="Codes this relay sends a day: what it may cost.")

    reports_per_day: int = Field(50, ge=0, description="Reports of companies a customer may send a day.")
    push_origins: list[str] = Field(
        [],
        description="Further push services, as scheme://host:port; only these may have private addresses or plain http.",
    )
    push_contact: str = Field(
        "",
        pattern=r"(mailto:[^@\s]+@[\w.-]+|https://[\w.-]+)?",
        description="How push services reach the operator: mailto:… or https://…; empty means https:// and the name.",
    )
    push_seconds: float = Field(
        30.0, ge=0, description="A device is woken for the same chat no more often than this many seconds."
    )
    push_concurrency: int = Field(50, ge=1, description="Wake-ups on their way at once.")

    media_url: str = Field(
        "",
        pattern=URL_PATTERN,
        description="Where sealed files lie: s3://…, gs://…, az://… or file:///…; empty means a folder in the data folder.",
    )
    media_seconds: float = Field(30 * DAY, gt=0, description="How long a sealed file is kept.")
    company_media_bytes_per_day: int = Field(
        20 * 1024**3, ge=0, description="Bytes of sealed files a company may store a day."
    )
    customer_media_bytes_per_day: int = Field(
        500 * 1024**2, ge=0, description="Bytes of sealed files a customer may store a day."
    )

    backup_bytes: int = Field(50 * 1024**2, ge=0, description="Bytes an account's sealed backup may have.")
    backup_seconds: float = Field(365 * DAY, gt=0, description="How long a backup is kept that nobody stores or reads.")
    backup_reads_per_minute: int = Field(600, ge=0, description="Backups and parts of them read per address.")

    erased_seconds: float = Field(
        730 * DAY,
        gt=0,
        description="How long an erased account's signed word is kept, sealed, for devices that come back.",
    )

    @property
    def database(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite:///{self.data / 'relay.sqlite3'}"
