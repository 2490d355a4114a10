"""Previews: what a gateway tells of a company's file in its message, made once, and never of a giant or of what is broken."""

from __future__ import annotations

import io
import struct
from base64 import b64decode

import pytest
from PIL import Image

from handschlag.content.media import MediaFile
from handschlag.content.preview import THUMBNAIL_BYTES, Preview, parse_preview
from handschlag.gateway.actions.media import relay_copy
from handschlag.gateway.actions.media.bring_media import MediaSource, bring_media
from handschlag.gateway.rules.recordings import Recording, read_recording
from tests.gateway.house import House
from tests.gateway.media.files import PNG, upload
from tests.support.recordings import ogg_opus

pytestmark = pytest.mark.asyncio(loop_scope="module")
_ORIENTATION = 0x0112


def picture(width: int, height: int, form: str = "JPEG", orientation: int = 1) -> bytes:
    written = io.BytesIO()
    made = Image.radial_gradient("L").resize((width, height)).convert("RGB")
    exif = made.getexif()
    exif[_ORIENTATION] = orientation
    made.save(written, form, exif=exif)
    return written.getvalue()


def film(seconds: int, width: int, height: int, *, turned: bool = False) -> bytes:
    """Return a film's head: how long it is, and one track with a size."""

    def box(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", 8 + len(data)) + kind + data

    one = 1 << 16
    matrix = (0, one, 0, -one, 0, 0, 0, 0, 1 << 30) if turned else (one, 0, 0, 0, one, 0, 0, 0, 1 << 30)
    head = bytes(12) + struct.pack(">II", 600, 600 * seconds) + bytes(80)
    track = bytes(40) + struct.pack(">9i", *matrix) + struct.pack(">II", width << 16, height << 16)
    return box(b"ftyp", b"mp42\0\0\0\0mp42isom") + box(b"moov", box(b"mvhd", head) + box(b"trak", box(b"tkhd", track)))


async def brought(house: House, content: bytes, mime_type: str, kind: str) -> MediaFile:
    running = house.gateway.running
    id_ = await upload(house, content, mime_type)
    return await bring_media(running, running.companies[house.company.id], MediaSource(id=id_), kind)


@pytest.mark.parametrize(("form", "mime_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png")])
async def test_a_picture_has_its_size_and_a_thumbnail_that_readers_take(
    shared_house: House, form: str, mime_type: str
) -> None:
    file = await brought(shared_house, picture(1200, 600, form), mime_type, "image")
    assert file.preview is not None
    assert (file.preview.width, file.preview.height) == (1200, 600)
    thumbnail = b64decode((file.preview.thumbnail or "") + "==")
    assert len(thumbnail) <= THUMBNAIL_BYTES
    assert Image.open(io.BytesIO(thumbnail)).size == (64, 32)
    shown = {"width": 1200, "height": 600, "thumbnail": file.preview.thumbnail}
    assert parse_preview(shown, "image.preview", "image") == file.preview


async def test_a_photo_on_its_side_is_told_as_it_is_shown(shared_house: House) -> None:
    file = await brought(shared_house, picture(1200, 600, orientation=6), "image/jpeg", "image")
    assert file.preview is not None
    assert (file.preview.width, file.preview.height) == (600, 1200)


async def test_films_and_sounds_say_how_long_they_last(shared_house: House) -> None:
    video = await brought(shared_house, film(7, 640, 360), "video/mp4", "video")
    assert video.preview == Preview(width=640, height=360, seconds=7)
    audio = await brought(shared_house, ogg_opus(3), "audio/ogg", "audio")
    assert audio.preview == Preview(seconds=3)


async def test_a_giant_is_told_by_its_size_and_what_is_broken_not_at_all(shared_house: House) -> None:
    """A picture of 400 megapixels is 30 bytes more than one of one pixel: it is not decoded."""
    giant = bytearray(PNG)
    giant[16:24] = struct.pack(">II", 20_000, 20_000)
    file = await brought(shared_house, bytes(giant), "image/png", "image")
    assert file.preview is None or file.preview.thumbnail is None
    assert (await brought(shared_house, PNG[:40] + bytes(50), "image/png", "image")).blob.id


async def test_a_preview_is_made_once(shared_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    running = shared_house.gateway.running
    company = running.companies[shared_house.company.id]
    id_ = await upload(shared_house, picture(30, 20), "image/jpeg")
    first = await bring_media(running, company, MediaSource(id=id_), "image")

    async def never(*_: object) -> str:
        raise AssertionError

    monkeypatch.setattr(relay_copy, "make_preview", never)
    known = running.media.known[id_].row
    running.media.known.clear()
    await running.store.flushed()
    again = await bring_media(running, company, MediaSource(id=id_), "image")
    assert again == first
    assert known.preview is not None


async def test_what_is_cut_or_of_another_kind_says_nothing() -> None:
    whole = film(7, 640, 360)
    for end in range(len(whole)):
        read_recording(whole[:end], "video/mp4")
    assert read_recording(whole, "audio/mpeg") == Recording()
    assert read_recording(b"OggS", "audio/ogg") == Recording()
    assert read_recording(film(5, 640, 360, turned=True), "video/mp4") == Recording(5, 360, 640)
