"""Flows on disk, on SQLite and PostgreSQL alike: found by id and name, listed without their JSON, changed only in the state seen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from handschlag.database.schema import upgrade_schema
from handschlag.database.store import Store
from handschlag.gateway.app import MIGRATIONS
from handschlag.gateway.storage.flows import FlowRow, change_flow, delete_flow, find_flow, insert_flow, list_flows

FLOW = FlowRow(
    id="100000000000001",
    company=1,
    name="seats",
    categories='["OTHER"]',
    status="DRAFT",
    endpoint_uri="",
    application_id="2",
    json_version="7.3",
    data_api_version="",
    definition=b"{}\x00\xff",
    errors="[]",
    asset_version=1,
    created_at=1.5,
    updated_at=1.5,
)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'flows.sqlite3'}"
    return str(request.getfixturevalue("postgresql_url"))


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    await upgrade_schema(url, MIGRATIONS)
    made = Store(url)
    await made.start()
    yield made
    await made.close()


async def test_a_flow_is_stored_found_listed_changed_and_removed(store: Store) -> None:
    other = msgspec.structs.replace(FLOW, id="100000000000002", name="meals", created_at=2.5)
    assert await store.write(lambda c: insert_flow(c, FLOW))
    assert await store.write(lambda c: insert_flow(c, other))
    assert not await store.write(lambda c: insert_flow(c, msgspec.structs.replace(FLOW, id="100000000000003")))
    assert await store.read(lambda c: find_flow(c, 1, name="seats")) == FLOW
    assert await store.read(lambda c: find_flow(c, 2, id_=FLOW.id)) is None
    listed = await store.read(lambda c: list_flows(c, 1))
    assert listed == [msgspec.structs.replace(one, definition=b"") for one in (other, FLOW)]
    assert await store.write(lambda c: change_flow(c, FLOW, only_if="DRAFT", status="PUBLISHED"))
    assert not await store.write(lambda c: change_flow(c, FLOW, only_if="DRAFT", status="DEPRECATED"))
    assert not await store.write(lambda c: delete_flow(c, FLOW, only_if="DRAFT"))
    assert await store.write(lambda c: delete_flow(c, other, only_if="DRAFT"))
    assert [one.status for one in await store.read(lambda c: list_flows(c, 1))] == ["PUBLISHED"]
