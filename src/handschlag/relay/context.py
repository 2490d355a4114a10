"""What actions work with: the relay's parts, joined once in app.py and passed on."""

from __future__ import annotations

from dataclasses import dataclass

from handschlag.clock import Clock
from handschlag.database.store import Store
from handschlag.relay.directory import Directory
from handschlag.relay.link_room import LinkRoom
from handschlag.relay.listed_companies import ListedCompanies
from handschlag.relay.mailroom import Mailroom
from handschlag.relay.media_room import MediaRoom
from handschlag.relay.metrics import RelayMetrics
from handschlag.relay.push.wake_ups import WakeUps
from handschlag.relay.rules.token_bucket import RateLimit
from handschlag.relay.settings import RelaySettings
from handschlag.relay.signing_key import RelaySecrets
from handschlag.relay.sms.sender import SmsSender


class Limits:
    """The rate limits in force, by kind of call."""

    def __init__(self, settings: RelaySettings) -> None:
        self.accounts = RateLimit(settings.accounts_per_hour / 3600, settings.accounts_per_hour)
        self.links = RateLimit(settings.links_per_minute / 60, settings.links_per_minute)
        self.logins = RateLimit(settings.logins_per_minute / 60, settings.logins_per_minute)
        self.cards = RateLimit(settings.cards_per_minute / 60, settings.cards_per_minute)
        self.directory = RateLimit(settings.directory_calls_per_minute / 60, settings.directory_calls_per_minute)
        self.calls = RateLimit(settings.calls_per_minute / 60, settings.calls_per_minute)
        # A test is for a person who looks at the answer.
        self.push_tests = RateLimit(1 / 10, 3)
        self.claims = RateLimit(settings.claims_per_minute / 60, settings.claims_per_minute)
        self.backup_reads = RateLimit(settings.backup_reads_per_minute / 60, settings.backup_reads_per_minute)
        self.customer_envelopes = RateLimit(
            settings.customer_envelopes_per_minute / 60, settings.customer_envelopes_per_minute
        )
        self.company_envelopes = RateLimit(
            settings.company_envelopes_per_second, 2.0 * settings.company_envelopes_per_second
        )


@dataclass(frozen=True, slots=True)
class Context:
    """The parts of a running relay."""

    settings: RelaySettings
    clock: Clock
    secrets: RelaySecrets
    store: Store
    directory: Directory
    mailroom: Mailroom
    metrics: RelayMetrics
    limits: Limits
    media: MediaRoom
    links: LinkRoom
    sms: SmsSender | None
    listed: ListedCompanies
    wake_ups: WakeUps
