"""Bringing and fetching files: what breaks goes on or starts anew, and what the relay changes is not opened."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from handschlag.clock import MovableClock
from handschlag.content.media import MediaFile
from handschlag.crypto.errors import FileNotOpened
from handschlag.relay.app import Relay
from handschlag.relay_client.errors import RelayRefused
from handschlag.relay_client.media import RelayMedia, download_file, stream_file, upload_file
from handschlag.wire.http import TokenAnswer
from handschlag.wire.limits import DAY
from tests.relay.shared_relay import SharedRelay, files_of
from tests.support.relay_party import Party

CONTENT = secrets.token_bytes(300_000)


class TestARelayThatServesWrongBytes(SharedRelay):
    async def stored(self, relay: Relay, airline: Party) -> tuple[MediaFile, Path]:
        file = await upload_file(airline.http, CONTENT, "image/png")
        (path,) = (path for path in files_of(relay) if path.name == file.blob.id)
        return file, path

    async def test_a_changed_byte_is_not_opened(self, relay: Relay, airline: Party, ines: Party) -> None:
        file, path = await self.stored(relay, airline)
        sealed = bytearray(path.read_bytes())
        sealed[200_000] ^= 1
        path.write_bytes(sealed)
        seen = bytearray()

        async def read() -> None:
            async for piece in stream_file(ines.http, file):
                seen.extend(piece)

        with pytest.raises(FileNotOpened):
            await read()
        assert CONTENT.startswith(seen)

    async def test_another_whole_file_is_not_opened(self, relay: Relay, airline: Party, ines: Party) -> None:
        file, path = await self.stored(relay, airline)
        path.write_bytes(secrets.token_bytes(path.stat().st_size))
        with pytest.raises(FileNotOpened):
            await download_file(ines.http, file)

    async def test_a_pointer_with_another_hash_is_not_believed(self, relay: Relay, airline: Party) -> None:
        file, _ = await self.stored(relay, airline)
        lying = msgspec.structs.replace(file, sha256="A" * 43 + "=")
        with pytest.raises(FileNotOpened):
            await download_file(airline.http, lying)


class TestTheClient(SharedRelay):
    async def test_a_refusal_is_the_relays_word(self, ines: Party) -> None:
        with pytest.raises(RelayRefused) as found:
            async for _ in RelayMedia(ines.http).download("0" * 48, 10):
                pass
        assert found.value.status == 404

    async def test_a_pointer_never_becomes_another_path_at_the_relay(self, ines: Party) -> None:
        for id_ in ("../companies/moewe-air", "..", "%2e%2e", "", "?x", "0" * 47 + "/", "A" * 48):
            pieces = RelayMedia(ines.http).download(id_, 10)
            with pytest.raises(FileNotOpened):
                await anext(pieces)

    async def test_a_download_that_breaks_goes_on_where_it_stopped(
        self, relay: Relay, airline: Party, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The first answer's connection is cut by the relay in the middle of the file."""
        file = await upload_file(airline.http, CONTENT * 10, "application/pdf")
        objects = relay.context.media.objects
        real, starts = objects.read, []

        async def breaking(path: str, start: int, end: int) -> AsyncIterator[bytes]:
            starts.append(start)
            seen = 0
            async for piece in real(path, start, end):
                seen += len(piece)
                if len(starts) == 1 and seen > 1_000_000:
                    raise ConnectionResetError
                yield piece

        monkeypatch.setattr(objects, "read", breaking)
        assert await download_file(airline.http, file) == CONTENT * 10
        assert starts[0] == 0 < starts[1]

    async def test_an_upload_that_breaks_starts_anew(
        self, relay: Relay, airline: Party, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = len(files_of(relay))
        objects = relay.context.media.objects
        real, tries = objects.write, []

        async def breaking(path: str, pieces: AsyncIterator[bytes]) -> None:
            tries.append(path)
            if len(tries) == 1:
                await anext(pieces)
                raise RuntimeError
            await real(path, pieces)

        monkeypatch.setattr(objects, "write", breaking)
        file = await upload_file(airline.http, CONTENT, "application/pdf")
        assert len(tries) == 2
        assert await download_file(airline.http, file) == CONTENT
        assert len(files_of(relay)) == before + 1

    async def test_a_token_the_relay_does_not_know_is_renewed(self, airline: Party, clock: MovableClock) -> None:
        file = await upload_file(airline.http, CONTENT, "application/pdf")
        airline.http._token = TokenAnswer(token="forged", expires_at=int(clock.now()) + DAY, time=int(clock.now()))
        assert await download_file(airline.http, file) == CONTENT
