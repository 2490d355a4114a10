"""Sealed backups at the relay: whole or not there, found by their id alone, replaced only by what is whole (spec/wire.md section 6)."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from handschlag.clock import MovableClock
from handschlag.relay.app import Relay
from handschlag.wire.limits import BACKUP_PART_BYTES, BACKUPS_PER_ACCOUNT, DAY
from tests.relay.conftest import Join, StartRelay, both_databases
from tests.relay.shared_relay import files_of
from tests.support.relay_door import Answer, Door
from tests.support.relay_party import Party, join


def new_id() -> str:
    return secrets.token_hex(32)


def name_of(part: bytes) -> str:
    return hashlib.sha256(part).hexdigest()


async def bring(party: Party, id_: str, *parts: bytes) -> None:
    for part in parts:
        answer = await party.door.call(
            "PUT", f"/v1/backups/{id_}/parts/{name_of(part)}", raw=part, token=await party.token()
        )
        assert answer.status == 200, answer


async def put(party: Party, id_: str, previous: int, *parts: bytes, contents: str = "sealed") -> Answer:
    body = {"previous": previous, "identity": "keys", "contents": contents, "parts": [name_of(part) for part in parts]}
    return await party.door.call("PUT", f"/v1/backups/{id_}", body, token=await party.token())


async def backed_up(party: Party, *parts: bytes) -> str:
    id_ = new_id()
    await bring(party, id_, *parts)
    answer = await put(party, id_, 0, *parts)
    assert answer.status == 200, answer
    return id_


async def read(door: Door, id_: str, part: bytes | None = None) -> Answer:
    """Read without any token: who comes back has none."""
    return await door.call("GET", f"/v1/backups/{id_}" + (f"/parts/{name_of(part)}" if part is not None else ""))


async def own(party: Party) -> list[dict[str, Any]]:
    answer = await party.door.call("GET", "/v1/backups", token=await party.token())
    return list(answer.body["backups"])


@both_databases
async def test_who_knows_the_id_reads_the_backup_without_an_account(ines: Party, door: Door) -> None:
    id_ = await backed_up(ines, b"one", b"two")
    found = await read(door, id_)
    assert (found.status, found.body["generation"], found.body["identity"], found.body["contents"]) == (
        200,
        1,
        "keys",
        "sealed",
    )
    assert found.headers["Cache-Control"] == "private, no-store"
    assert [(await read(door, id_, part)).body for part in (b"one", b"two")] == [b"one", b"two"]
    assert [(one["id"], one["generation"], one["bytes"]) for one in await own(ines)] == [(id_, 1, 6)]


@both_databases
async def test_a_new_generation_is_in_force_only_when_it_is_whole(ines: Party, door: Door) -> None:
    id_ = await backed_up(ines, b"one", b"two")
    refused = await put(ines, id_, 1, b"two", b"three", contents="second")
    assert (refused.status, refused.body["error"]["field"]) == (409, "parts")
    assert (await read(door, id_)).body["generation"] == 1
    await bring(ines, id_, b"three")
    assert (await read(door, id_, b"three")).status == 404
    assert (await put(ines, id_, 1, b"two", b"three", contents="second")).body["generation"] == 2
    assert (await read(door, id_)).body["contents"] == "second"
    assert [(await read(door, id_, part)).status for part in (b"one", b"two", b"three")] == [404, 200, 200]


async def test_a_backup_that_was_taken_is_taken_again_after_a_lost_answer(ines: Party) -> None:
    id_ = await backed_up(ines, b"one")
    assert (await put(ines, id_, 0, b"one")).body["generation"] == 1
    assert (await put(ines, id_, 0, b"one", contents="another")).status == 409
    assert (await put(ines, id_, 7, b"one")).status == 409


async def test_an_id_that_nobody_made_is_answered_like_one_that_is_not_whole(ines: Party, door: Door) -> None:
    begun = new_id()
    await bring(ines, begun, b"one")
    answers = [await read(door, new_id()), await read(door, begun)]
    assert [answer.status for answer in answers] == [404, 404]
    assert answers[0].body == answers[1].body
    assert (await read(door, begun, b"one")).body == (await read(door, new_id(), b"one")).body
    assert await own(ines) == []


@both_databases
async def test_nobody_writes_over_or_removes_anothers_backup(join_relay: Join, ines: Party, door: Door) -> None:
    id_ = await backed_up(ines, b"one")
    other = await join_relay()
    assert (await put(other, id_, 1)).status == 403
    part = await other.door.call("PUT", f"/v1/backups/{id_}/parts/{name_of(b'x')}", raw=b"x", token=await other.token())
    assert part.status == 403
    assert (await other.door.call("DELETE", f"/v1/backups/{id_}", token=await other.token())).status == 403
    assert (await door.call("DELETE", f"/v1/backups/{id_}")).status == 401
    assert (await door.call("GET", "/v1/backups")).status == 401
    assert (await read(door, id_)).body["generation"] == 1


@both_databases
async def test_what_is_removed_is_gone_with_its_parts(ines: Party, relay: Relay, door: Door) -> None:
    id_ = await backed_up(ines, b"one", b"two")
    assert len(files_of(relay)) == 2
    assert (await ines.door.call("DELETE", f"/v1/backups/{id_}", token=await ines.token())).status == 200
    assert (await read(door, id_)).status == 404
    await relay.expire_now()
    assert files_of(relay) == []
    # A code that was changed does not come back by a late attempt of another device.
    assert (await put(ines, id_, 1, b"one")).status == 404


async def test_an_account_that_is_erased_takes_its_backups_along(ines: Party, relay: Relay, join_relay: Join) -> None:
    other = await join_relay()
    await backed_up(ines, b"one")
    kept = await backed_up(other, b"other")
    await ines.erase_account()
    assert [one["id"] for one in await own(other)] == [kept]
    assert len(files_of(relay)) == 1


@both_databases
async def test_what_belongs_to_no_generation_goes_after_a_day(ines: Party, relay: Relay, clock: MovableClock) -> None:
    id_ = await backed_up(ines, b"one")
    await bring(ines, id_, b"left")
    await bring(ines, new_id(), b"never whole")
    await relay.expire_now()
    assert len(files_of(relay)) == 3
    clock.advance(DAY + 1)
    await relay.expire_now()
    await relay.expire_now()
    assert [path.name for path in files_of(relay)] == [name_of(b"one")]


@both_databases
async def test_a_backup_nobody_used_for_a_year_goes_and_a_read_one_stays(
    ines: Party, relay: Relay, door: Door, clock: MovableClock
) -> None:
    unused, used = await backed_up(ines, b"one"), await backed_up(ines, b"two")
    clock.advance(200 * DAY)
    await read(door, used)
    clock.advance(200 * DAY)
    await relay.expire_now()
    assert (await read(door, unused)).status == 404
    assert (await read(door, used, b"two")).body == b"two"


async def test_a_part_lies_under_its_own_hash_or_not_at_all(ines: Party, relay: Relay) -> None:
    async def status(part: str, content: bytes, id_: str = new_id()) -> int:
        answer = await ines.door.call("PUT", f"/v1/backups/{id_}/parts/{part}", raw=content, token=await ines.token())
        return answer.status

    assert await status(name_of(b"one"), b"two") == 400
    assert await status(name_of(b""), b"") == 400
    assert await status("..", b"one") == 404
    assert await status("x" * 64, b"one") == 400
    assert await status(name_of(b"one"), b"one", "short") == 400
    large = bytes(BACKUP_PART_BYTES + 1)
    assert await status(name_of(large), large) == 413
    assert files_of(relay) == []
    whole = bytes(BACKUP_PART_BYTES)
    assert await status(name_of(whole), whole) == 200


async def test_an_account_has_room_for_one_backup_and_its_successor(
    start_relay: StartRelay, session: Any, clock: MovableClock
) -> None:
    relay = await start_relay(backup_bytes=100)
    party = await join(relay, session, clock)
    id_ = await backed_up(party, bytes(100))
    await bring(party, id_, b"1" * 60, b"2" * 40)
    refused = await party.door.call(
        "PUT", f"/v1/backups/{id_}/parts/{name_of(b'3')}", raw=b"3", token=await party.token()
    )
    assert (refused.status, refused.body["error"]["limit"]) == (413, "at most 100 bytes")
    assert (await put(party, id_, 1, bytes(100), b"1" * 60)).status == 413
    assert (await put(party, id_, 1, b"1" * 60, b"2" * 40)).status == 200


async def test_there_is_an_end_to_backups_and_to_reading(
    start_relay: StartRelay, session: Any, clock: MovableClock
) -> None:
    relay = await start_relay(backup_reads_per_minute=3)
    party = await join(relay, session, clock)
    for number in range(BACKUPS_PER_ACCOUNT):
        await backed_up(party, bytes([number]))
    assert (await put(party, new_id(), 0)).status == 409
    statuses = [(await read(party.door, new_id())).status for _ in range(4)]
    assert statuses == [404, 404, 404, 429]


async def test_texts_and_lists_have_an_end(ines: Party) -> None:
    id_ = new_id()
    assert (await put(ines, id_, 0, contents="x" * (512 * 1024 + 1))).status == 413
    body = {"previous": 0, "identity": "", "contents": "", "parts": ["0" * 64] * 2001}
    answer = await ines.door.call("PUT", f"/v1/backups/{id_}", body, token=await ines.token())
    assert (answer.status, answer.body["error"]["seen"]) == (413, "2001")
    body["parts"] = ["../../x"]
    answer = await ines.door.call("PUT", f"/v1/backups/{id_}", body, token=await ines.token())
    assert (answer.status, answer.body["error"]["field"]) == (400, "parts")
