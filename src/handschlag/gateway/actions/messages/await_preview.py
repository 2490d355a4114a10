"""Texts whose link's preview is fetched first: stored as waiting to be sealed, and what follows to the same customer queues behind them.

Only memory knows which preview is fetched: after a restart the message leaves without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from handschlag.content.links import first_link
from handschlag.gateway.actions.media.make_link_preview import make_link_preview
from handschlag.gateway.actions.messages.seal_message import let_wait
from handschlag.gateway.link_previews import AwaitedPreview
from handschlag.gateway.storage.outgoing_messages import STORE_BODY, find_outgoing_body

if TYPE_CHECKING:
    from handschlag.content.link_preview import LinkPreview
    from handschlag.content.text import TextMessage
    from handschlag.device.sealing import HeaderDraft
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running
    from handschlag.wire.ids import EnvelopeId

_encode = msgspec.json.Encoder(order="sorted").encode


def with_known_preview(running: Running, company: Company, message: TextMessage) -> tuple[TextMessage, str | None]:
    """Return the message with its link's preview if that is known, else as it is, with the link that is to be fetched."""
    link = first_link(message.text.body) if running.settings.link_preview_timeout else None
    if link is None:
        return message, None
    known = running.link_previews
    if not known.is_known(company.id, link, running.clock.now()):
        return message, link
    text = msgspec.structs.replace(message.text, preview=known.find(company.id, link))
    return msgspec.structs.replace(message, text=text), None


def await_preview(running: Running, company: Company, draft: HeaderDraft, link: str) -> None:
    """Put a message that waits for its preview into the open commit; the page is fetched once it is on disk."""
    company.awaiting_preview.add(draft.id)
    let_wait(running, company, draft, b"")
    running.store.after(company.bring_preview, AwaitedPreview(draft.id, link))


async def add_preview(running: Running, company: Company, awaited: AwaitedPreview) -> None:
    """Fetch the preview, put it into the message's body, and let the message be sealed: with it, or without."""
    store, id_ = running.store, awaited.id
    try:
        preview = await make_link_preview(running, company, awaited.link)
        if preview is not None:
            await store.flushed()
            found = await store.read(lambda connection: find_outgoing_body(connection, company.id, id_))
            if found is not None:
                store.add(STORE_BODY, (company.id, id_, _put_in(found.body, preview)))
    finally:
        # Only when the body is on disk: that is where it is sealed from.
        store.after(lambda _: _release(company, id_), None)


def _put_in(body: bytes, preview: LinkPreview) -> bytes:
    value: Any = msgspec.json.decode(body)
    value["text"]["preview"] = msgspec.to_builtins(preview)
    return _encode(value)


def _release(company: Company, id_: EnvelopeId) -> None:
    company.awaiting_preview.discard(id_)
    company.wake_sealer()
