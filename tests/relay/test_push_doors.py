"""Where a device says how it can be woken: which addresses are taken, from whom, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.relay.shared_relay import SharedRelay
from tests.relay.test_push import call
from tests.support.push_service import Browser
from tests.support.relay_party import Party


class TestAtTheDoor(SharedRelay):
    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"endpoint": "http://fcm.googleapis.com/x"}, "endpoint"),
            ({"endpoint": "https://127.0.0.1/x"}, "endpoint"),
            ({"endpoint": "https://fcm.googleapis.com.evil.example/x"}, "endpoint"),
            ({"endpoint": "https://push.apple.com.evil.example/x"}, "endpoint"),
            ({"endpoint": "https://evilpush.apple.com/x"}, "endpoint"),
            ({"endpoint": "https://fcm.googleapis.com:8443/x"}, "endpoint"),
            ({"endpoint": "https://fcm.googleapis.com@127.0.0.1/x"}, "endpoint"),
            ({"endpoint": "https://x@fcm.googleapis.com/x"}, "endpoint"),
            ({"endpoint": "https://fcm.googleapis.com\\@127.0.0.1/"}, "endpoint"),
            ({"endpoint": "https://fcm.googleapis.com/" + "x" * 1000}, "endpoint"),
            ({"endpoint": "https://[::1]:https/x"}, "endpoint"),
            ({"endpoint": ""}, "endpoint"),
            ({"p256dh": "AAAA"}, "p256dh"),
            ({"p256dh": "BA" + "A" * 85}, "p256dh"),
            ({"auth": "AAAAAAAAAAAAAAAAAAAAAA=="}, "auth"),
            ({"auth": "é" * 22}, "auth"),
            ({"quiet_hours": {"start": 1440, "end": 0, "zone": "UTC"}}, "quiet_hours.start"),
            ({"quiet_hours": {"start": 0, "end": -1, "zone": "UTC"}}, "quiet_hours.end"),
            ({"quiet_hours": {"start": 60, "end": 60, "zone": "UTC"}}, "quiet_hours.end"),
            ({"quiet_hours": {"start": 0, "end": 60, "zone": "../../etc/passwd"}}, "quiet_hours.zone"),
            ({"quiet_hours": {"start": 0, "end": 60, "zone": "Europe/Atlantis"}}, "quiet_hours.zone"),
            ({"muted": [{"business": f"@{'a' * 26}:localhost"}] * 501}, "muted"),
        ],
        ids=lambda value: str(value)[:60],
    )
    async def test_what_no_browser_says_is_refused_by_name(
        self, ines: Party, change: dict[str, Any], field: str
    ) -> None:
        body = {"endpoint": "https://fcm.googleapis.com/fcm/send/x", **Browser().keys}
        answer = await call(ines, "PUT", body | change)
        assert (answer.status, answer.error["field"]) == (400, field)
        assert (await call(ines, "PUT", body)).status == 200

    @pytest.mark.parametrize(
        "endpoint",
        [
            "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
            "https://web.push.apple.com/QGsN",
            "https://wns2-db5p.notify.windows.com/w/?token=BQYA%2fAB",
        ],
    )
    async def test_the_browsers_own_push_services_are_taken(self, ines: Party, endpoint: str) -> None:
        assert (await call(ines, "PUT", {"endpoint": endpoint, **Browser().keys})).status == 200

    async def test_companies_and_strangers_leave_no_address(self, ines: Party, airline: Party) -> None:
        body = {"endpoint": "https://fcm.googleapis.com/fcm/send/x", **Browser().keys}
        assert (await call(airline, "PUT", body)).status == 403
        for method in ("PUT", "GET", "DELETE"):
            assert (await ines.door.call(method, "/v1/push/subscription", body)).status == 401
