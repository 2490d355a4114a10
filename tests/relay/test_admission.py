"""What the relay asks of every envelope (spec/consent.md sections 2 and 3), row by row, with the clock moved."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from handschlag.clock import MovableClock
from handschlag.relay.app import Relay
from handschlag.wire.consent import Purpose, Stamp
from handschlag.wire.envelope import Header, header_hash
from handschlag.wire.frames import Pricing, Result
from handschlag.wire.limits import CONVERSATION_SECONDS, DAY, WINDOW_SECONDS
from handschlag.wire.signed import verify_record
from tests.relay.conftest import Join, StartRelay, both_databases
from tests.support.relay_door import LiveSocket
from tests.support.relay_party import Party

MONTHLY_CAP, DAILY_CAP = 5, 3


@pytest.fixture
async def socket(airline: Party) -> LiveSocket:
    """The company's connection."""
    return await airline.connect()


async def code(socket: LiveSocket, envelope: dict[str, Any]) -> str:
    """Return why an envelope was refused, or `accepted`."""
    (result,) = await socket.send(envelope)
    return result.refusal.code if result.refusal else "accepted"


async def write(customer: Party, company: Party) -> None:
    socket = await customer.connect()
    assert await code(socket, customer.envelope(company)) == "accepted"
    await socket.close()


def notification(company: Party, customer: Party, category: str = "utility") -> dict[str, Any]:
    return company.envelope(customer, kind="template", category=category)


class TestService:
    async def test_a_message_passes_for_twenty_four_hours_after_the_customer_wrote(
        self, socket: LiveSocket, airline: Party, ines: Party, clock: MovableClock
    ) -> None:
        assert await code(socket, airline.envelope(ines)) == "no_window"
        await write(ines, airline)
        assert await code(socket, airline.envelope(ines)) == "accepted"
        clock.advance(WINDOW_SECONDS - 60)
        assert await code(socket, airline.envelope(ines)) == "accepted"
        clock.advance(60)
        assert await code(socket, airline.envelope(ines)) == "no_window"
        await write(ines, airline)
        assert await code(socket, airline.envelope(ines)) == "accepted"

    async def test_a_grant_opens_no_window(self, socket: LiveSocket, airline: Party, ines: Party) -> None:
        await ines.agree(airline, "utility", "marketing")
        assert await code(socket, airline.envelope(ines)) == "no_window"

    async def test_only_a_message_opens_the_window(self, socket: LiveSocket, airline: Party, ines: Party) -> None:
        own = await ines.connect()
        for kind in ("system", "receipt"):
            assert await code(own, ines.envelope(airline, kind=kind)) == "accepted"
        assert await code(socket, airline.envelope(ines)) == "no_window"

    @both_databases
    async def test_the_window_is_open_after_a_restart(
        self, relay: Relay, start_relay: StartRelay, airline: Party, ines: Party
    ) -> None:
        await write(ines, airline)
        await relay.stop()
        await start_relay(port=relay.port)
        assert await code(await airline.connect(), airline.envelope(ines)) == "accepted"


class TestTemplates:
    async def test_a_notification_needs_a_grant_for_its_purpose(
        self, socket: LiveSocket, airline: Party, ines: Party
    ) -> None:
        refusals = {"marketing": "no_marketing_grant", "utility": "undeliverable", "authentication": "undeliverable"}
        for category, refusal in refusals.items():
            assert await code(socket, notification(airline, ines, category)) == refusal
        await ines.agree(airline, "utility")
        for category, refusal in (refusals | {"utility": "accepted"}).items():
            assert await code(socket, notification(airline, ines, category)) == refusal
        await ines.agree(airline, "marketing")
        for category, refusal in (refusals | {"marketing": "accepted"}).items():
            assert await code(socket, notification(airline, ines, category)) == refusal

    async def test_a_window_replaces_no_grant(self, socket: LiveSocket, airline: Party, ines: Party) -> None:
        await write(ines, airline)
        assert await code(socket, notification(airline, ines)) == "undeliverable"

    @pytest.mark.parametrize("purposes", ["*", ["utility"]])
    async def test_a_withdrawal_counts_at_once(
        self, socket: LiveSocket, airline: Party, ines: Party, purposes: Any
    ) -> None:
        await ines.agree(airline, "utility", "marketing")
        assert await code(socket, notification(airline, ines)) == "accepted"
        await ines.withdraw(airline, purposes)
        assert await code(socket, notification(airline, ines)) == "undeliverable"
        marketing = "no_marketing_grant" if purposes == "*" else "accepted"
        assert await code(socket, notification(airline, ines, "marketing")) == marketing

    async def test_a_grant_ends_when_it_says(
        self, socket: LiveSocket, airline: Party, ines: Party, clock: MovableClock
    ) -> None:
        await ines.agree(airline, "utility", "marketing", expires_at=int(clock.now()) + 2 * DAY)
        clock.advance(2 * DAY - 60)
        assert await code(socket, notification(airline, ines)) == "accepted"
        clock.advance(61)
        assert await code(socket, notification(airline, ines)) == "undeliverable"
        assert await code(socket, notification(airline, ines, "marketing")) == "no_marketing_grant"
        assert await code(socket, airline.envelope(ines, kind="receipt")) == "undeliverable"

    async def test_the_caps_of_a_day_and_of_thirty_days_hold(
        self, socket: LiveSocket, airline: Party, ines: Party, clock: MovableClock
    ) -> None:
        await ines.agree(airline, "utility", "marketing")
        # To the middle of a day, so that no midnight falls into the test.
        clock.advance(DAY - clock.now() % DAY + DAY / 2)
        for _ in range(DAILY_CAP):
            assert await code(socket, notification(airline, ines)) == "accepted"
        assert await code(socket, notification(airline, ines)) == "cap_reached"
        assert await code(socket, notification(airline, ines, "marketing")) == "accepted"
        clock.advance(DAY)
        for _ in range(MONTHLY_CAP - DAILY_CAP):
            assert await code(socket, notification(airline, ines)) == "accepted"
        clock.advance(DAY)
        assert await code(socket, notification(airline, ines)) == "cap_reached"
        clock.advance(28 * DAY)
        assert await code(socket, notification(airline, ines)) == "accepted"

    @both_databases
    async def test_what_was_sent_counts_after_a_restart(
        self, relay: Relay, start_relay: StartRelay, airline: Party, ines: Party
    ) -> None:
        await ines.agree(airline, "utility")
        socket = await airline.connect()
        for _ in range(DAILY_CAP):
            assert await code(socket, notification(airline, ines)) == "accepted"
        await relay.stop()
        await start_relay(port=relay.port)
        assert await code(await airline.connect(), notification(airline, ines)) == "cap_reached"

    async def test_a_refused_notification_does_not_count(self, socket: LiveSocket, airline: Party, ines: Party) -> None:
        await ines.agree(airline, "utility")
        wrong = notification(airline, ines)
        wrong["bodies"][ines.account] = {"ABCDEFGHIJ": wrong["bodies"][ines.account].popitem()[1]}
        for _ in range(DAILY_CAP):
            assert await code(socket, wrong) == "stale_devices"
        assert await code(socket, notification(airline, ines)) == "accepted"


class TestReceipts:
    async def test_a_receipt_passes_for_thirty_days_after_the_customer_wrote(
        self, socket: LiveSocket, airline: Party, ines: Party, clock: MovableClock
    ) -> None:
        assert await code(socket, airline.envelope(ines, kind="receipt")) == "undeliverable"
        await write(ines, airline)
        clock.advance(CONVERSATION_SECONDS - 60)
        assert await code(socket, airline.envelope(ines, kind="receipt")) == "accepted"
        clock.advance(60)
        assert await code(socket, airline.envelope(ines, kind="receipt")) == "undeliverable"

    async def test_a_receipt_passes_with_any_grant(self, socket: LiveSocket, airline: Party, ines: Party) -> None:
        await ines.agree(airline, "marketing")
        assert await code(socket, airline.envelope(ines, kind="receipt")) == "accepted"


class TestBlocks:
    @pytest.mark.parametrize("window", [False, True])
    async def test_blocked_and_not_agreed_and_unknown_look_alike(
        self, socket: LiveSocket, airline: Party, join_relay: Join, window: bool
    ) -> None:
        blocked, never = await join_relay(), await join_relay()
        await blocked.agree(airline, "utility", "marketing")
        await blocked.http.block(airline.account)
        if window:
            await write(never, airline)
            await write(blocked, airline)
        answers = []
        for to in (blocked.account, never.account, "@" + "z" * 26 + ":localhost"):
            results = []
            for kind, category in (
                *(("template", c) for c in ("utility", "marketing", "authentication")),
                ("system", None),
            ):
                envelope = airline.envelope(never, kind=kind, category=category)
                envelope["header"]["to"] = to
                envelope["bodies"] = {to: envelope["bodies"].popitem()[1]}
                (result,) = await socket.send(envelope)
                results.append(result.refusal)
            answers.append(results)
        assert answers[0] == answers[1] == answers[2]
        assert None not in answers[0]

    async def test_outside_the_window_a_message_shows_no_block(
        self, socket: LiveSocket, airline: Party, join_relay: Join
    ) -> None:
        blocked, never = await join_relay(), await join_relay()
        await blocked.http.block(airline.account)
        assert (
            await code(socket, airline.envelope(blocked)) == await code(socket, airline.envelope(never)) == "no_window"
        )

    async def test_nothing_reaches_who_blocked_inside_the_window_either(
        self, socket: LiveSocket, airline: Party, ines: Party
    ) -> None:
        await write(ines, airline)
        await ines.http.block(airline.account)
        for kind in ("service", "receipt"):
            assert await code(socket, airline.envelope(ines, kind=kind)) == "undeliverable"
        await ines.http.unblock(airline.account)
        for kind in ("service", "receipt"):
            assert await code(socket, airline.envelope(ines, kind=kind)) == "accepted"


class TestWhoWritesToWhom:
    async def test_a_company_never_sends_system_envelopes(
        self, socket: LiveSocket, airline: Party, ines: Party
    ) -> None:
        await write(ines, airline)
        assert await code(socket, airline.envelope(ines, kind="system")) == "undeliverable"

    async def test_a_customer_sends_no_templates(self, airline: Party, ines: Party) -> None:
        own = await ines.connect()
        assert await code(own, ines.envelope(airline, kind="template")) == "undeliverable"

    async def test_customers_do_not_reach_customers(self, ines: Party, join_relay: Join) -> None:
        other = await join_relay()
        own = await ines.connect()
        for kind in ("service", "system", "receipt"):
            assert await code(own, ines.envelope(other, kind=kind)) == "undeliverable"

    async def test_companies_do_not_reach_companies(self, socket: LiveSocket, airline: Party, join_relay: Join) -> None:
        other = await join_relay(handle="other-air")
        for kind, refusal in (("service", "no_window"), ("template", "undeliverable"), ("receipt", "undeliverable")):
            assert await code(socket, airline.envelope(other, kind=kind)) == refusal

    async def test_a_blocked_company_can_be_written_to(self, airline: Party, ines: Party) -> None:
        await ines.http.block(airline.account)
        await write(ines, airline)


class TestStampsAndPrices:
    async def sent(self, relay: Relay, socket: LiveSocket, airline: Party, ines: Party) -> tuple[Result, Stamp, Header]:
        own = await ines.connect()
        (result,) = await socket.send(notification(airline, ines))
        event = (await own.hear_events(1))[0]
        assert event.stamp is not None
        stamp = verify_record(event.stamp, relay.context.secrets.signing_key.public, Stamp, "stamp")
        header = msgspec.json.decode(msgspec.json.encode(event.header), type=Header)
        return result, stamp, header

    async def test_a_notification_carries_a_stamp_over_header_time_and_grant(
        self, relay: Relay, socket: LiveSocket, airline: Party, ines: Party
    ) -> None:
        await ines.agree(airline, "utility")
        result, stamp, header = await self.sent(relay, socket, airline, ines)
        assert (stamp.header, stamp.consent_head, stamp.window_open) == (header_hash(header), ines.head, False)
        assert stamp.accepted_at == int(result.at)
        assert result.pricing == Pricing(billable=True, category="utility", type="regular")

    async def test_after_a_partial_withdrawal_the_stamp_names_the_grant_in_force(
        self, relay: Relay, socket: LiveSocket, airline: Party, ines: Party
    ) -> None:
        await ines.agree(airline, "utility", "marketing")
        grant = ines.head
        await ines.withdraw(airline, ["marketing"])
        _, stamp, _ = await self.sent(relay, socket, airline, ines)
        assert stamp.consent_head == grant

    async def test_inside_the_window_a_notification_is_free(
        self, relay: Relay, socket: LiveSocket, airline: Party, ines: Party
    ) -> None:
        await ines.agree(airline, "utility")
        await write(ines, airline)
        result, stamp, _ = await self.sent(relay, socket, airline, ines)
        assert stamp.window_open
        assert result.pricing == Pricing(billable=False, category="utility", type="free_customer_service")

    @pytest.mark.parametrize("purpose", ["utility", "marketing"])
    async def test_messages_and_receipts_are_free_and_carry_no_stamp(
        self, socket: LiveSocket, airline: Party, ines: Party, purpose: Purpose
    ) -> None:
        await ines.agree(airline, purpose)
        await write(ines, airline)
        own = await ines.connect()
        for number, kind in enumerate(("service", "receipt"), start=1):
            (result,) = await socket.send(airline.envelope(ines, kind=kind))
            assert result.pricing == Pricing(billable=False, category="service", type="free_customer_service")
            assert (await own.hear_events(number))[-1].stamp is None
