"""Companies' pictures (spec/wire.md section 2): brought by the company, named by its profile, seen by anybody, gone with the profile."""

from __future__ import annotations

from typing import Any

import pytest

from handschlag.relay.app import Relay
from handschlag.wire.canonical import hash_of
from handschlag.wire.company import Profile
from handschlag.wire.limits import PICTURE_BYTES
from handschlag.wire.signed import sign_record
from tests.relay.conftest import both_databases
from tests.relay.shared_relay import SharedRelay
from tests.support.relay_door import Answer, Door
from tests.support.relay_party import Party, refused

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff\xe0"


async def put(party: Party, picture: bytes | Any, token: str | None = None) -> Answer:
    return await party.door.call(
        "PUT", "/v1/company/picture", raw=picture, token=token if token is not None else await party.token()
    )


async def name_it(party: Party, picture: bytes | None, at: int = 2) -> None:
    """Publish a profile that names a picture, or none."""
    named = "" if picture is None else hash_of(picture)
    profile = Profile(business=party.account, name="Möwe", gateway_operator="own machine", at=at, picture=named)
    await party.http.publish_profile(sign_record(profile, party.identity.signer))


async def show(door: Door, name: str = "moewe-air", **how: Any) -> Answer:
    return await door.call("GET", f"/v1/companies/{name}/picture", **how)


@both_databases
async def test_the_picture_that_the_profile_names_is_seen_by_anybody(relay: Relay, door: Door, airline: Party) -> None:
    assert (await show(door)).status == 404
    stored = await airline.http.publish_picture(PNG + b"one")
    assert stored.hash == hash_of(PNG + b"one")
    assert (await show(door)).status == 404, "no profile names it yet"
    await name_it(airline, PNG + b"one")
    for name in ("moewe-air", airline.account):
        assert (await show(door, name)).body == PNG + b"one"
    # The next one waits beside it until a profile names it; so nobody is ever shown nothing.
    await airline.http.publish_picture(JPEG + b"two")
    await airline.http.publish_picture(JPEG + b"two")
    assert (await show(door)).body == PNG + b"one"
    await name_it(airline, JPEG + b"two")
    answer = await show(door)
    assert (answer.body, answer.headers["Content-Type"]) == (JPEG + b"two", "image/jpeg")
    await name_it(airline, PNG + b"one")
    assert (await show(door)).status == 404, "what was replaced is gone"
    await name_it(airline, None)
    assert (await show(door)).status == 404


class TestTheDoor(SharedRelay):
    async def test_a_picture_that_is_opened_by_itself_runs_nothing_and_is_kept_under_its_hash(
        self, airline: Party
    ) -> None:
        picture = PNG + b"shown"
        await airline.http.publish_picture(picture)
        await name_it(airline, picture)
        name = airline.account
        answer = await show(airline.door, name)
        headers = answer.headers
        assert (headers["Content-Type"], headers["X-Content-Type-Options"]) == ("image/png", "nosniff")
        assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert headers["Cache-Control"] == "no-cache"
        known = await show(airline.door, name, headers={"If-None-Match": headers["Etag"]})
        assert (known.status, known.body) == (304, b"")
        asked = hash_of(picture).replace("+", "%2B")
        kept = await airline.door.call("GET", f"/v1/companies/{name}/picture?hash={asked}")
        assert (kept.status, kept.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")
        other = await airline.door.call("GET", f"/v1/companies/{name}/picture?hash={hash_of(b'x')}")
        assert (other.status, other.error["field"]) == (404, "hash")

    @pytest.mark.parametrize(
        ("picture", "status", "limit"),
        [
            (b"", 400, f"1 to {PICTURE_BYTES} bytes"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 400, "image/jpeg or image/png"),
            (b"GIF89a", 400, "image/jpeg or image/png"),
            (PNG[:7], 400, "image/jpeg or image/png"),
            (PNG + bytes(PICTURE_BYTES - 7), 413, f"1 to {PICTURE_BYTES} bytes"),
            (PNG + bytes(3 * 1024 * 1024), 413, f"1 to {PICTURE_BYTES} bytes"),
        ],
        ids=["nothing", "svg", "gif", "a piece", "a byte too large", "far too large"],
    )
    async def test_what_is_no_small_picture_is_refused(
        self, airline: Party, picture: bytes, status: int, limit: str
    ) -> None:
        answer = await put(airline, picture)
        assert (answer.status, answer.error["field"], answer.error["limit"]) == (status, "body", limit)

    async def test_a_picture_of_the_largest_size_is_taken_and_one_byte_more_in_pieces_is_not(
        self, airline: Party
    ) -> None:
        assert (await put(airline, PNG + bytes(PICTURE_BYTES - 8))).status == 200
        for more in (1, 2 * 1024 * 1024):

            async def pieces(more: int = more) -> Any:
                yield PNG + bytes(PICTURE_BYTES - 8)
                yield bytes(more)

            answer = await put(airline, pieces())
            assert (answer.status, answer.error["code"]) == (413, "too_large")

    async def test_only_a_company_brings_one_and_only_for_itself(self, airline: Party, ines: Party) -> None:
        picture = PNG + b"mine"
        await airline.http.publish_picture(picture)
        await name_it(airline, picture)
        await refused(ines.http.publish_picture(PNG + b"forged"), 403)
        assert (await put(airline, PNG + b"forged", token="")).status == 401
        assert (await show(airline.door, airline.account)).body == picture

    @pytest.mark.parametrize("name", ["nobody", "%00", "x" * 500, "'--"])
    async def test_a_name_nobody_has_shows_nothing(self, airline: Party, name: str) -> None:
        answer = await show(airline.door, name)
        assert (answer.status, answer.error["code"]) == (404, "not_found")


async def test_another_company_changes_nothing_of_the_first(airline: Party, door: Door, join_relay: Any) -> None:
    picture = PNG + b"mine"
    await airline.http.publish_picture(picture)
    await name_it(airline, picture)
    other = await join_relay(handle="other-air")
    await other.http.publish_picture(PNG + b"other")
    assert (await show(door)).body == picture
    assert (await show(door, "other-air")).status == 404
