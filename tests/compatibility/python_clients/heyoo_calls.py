"""heyoo 0.1.2, unmodified: every call its users make."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from calls import finish, given, keep, keep_error  # type: ignore[import-not-found]  # beside this program
from heyoo import WhatsApp  # type: ignore[import-untyped]

logging.disable()
to, phone, files = given["to"], given["phoneNumberId"], given["files"]
messenger = WhatsApp(given["token"], phone_number_id=phone)
if given["baseUrl"]:
    messenger.base_url = f"{given['baseUrl']}/v14.0"
    messenger.v15_base_url = f"{given['baseUrl']}/v15.0"
    messenger.url = f"{messenger.base_url}/{phone}/messages"


def call(about: str, method: str, /, *arguments: Any, **named: Any) -> Any:
    """Make a call; heyoo answers the server's JSON, also of an error."""
    try:
        answer = getattr(messenger, method)(*arguments, **named)
    except Exception as error:
        keep_error(about, error)
        return None
    return keep(about, answer)


image = call("upload", "upload_media", f"{files}/gate.png")["id"]
call("text", "send_message", "Moin from heyoo", to)
call("reply", "reply_to_message", given["incoming"], to, "An answer")
call("reaction", "send_reaction", "👍", given["incoming"], to)
call("template", "send_template", "hello_world", to, components=[], lang="en_US")
call("location", "send_location", lat="54.18", long="7.91", name="Helgoland", address="Lung Wai 1", recipient_id=to)
call("image", "send_image", image, to, caption="Gate B12", link=False)
call("image by link", "send_image", f"{given['links']}/gate.png", to)
call("sticker", "send_sticker", f"{given['links']}/gull.webp", to)
call("audio", "send_audio", f"{given['links']}/voice.ogg", to)
call("video", "send_video", f"{given['links']}/boarding.mp4", to)
call("document", "send_document", f"{given['links']}/ticket.pdf", to, caption="Your ticket")
contact = {
    "name": {"formatted_name": "Ole Hansen", "first_name": "Ole"},
    "phones": [{"phone": "+49401234", "type": "WORK"}],
}
call("contacts", "send_contacts", [contact], to)
rows = [{"id": "fish", "title": "Fish", "description": "Plaice"}]
action = {"button": "Meals", "sections": [{"title": "Warm", "rows": rows}]}
call("list", "send_button", {"header": "Meal", "body": "Which meal?", "footer": "On board", "action": action}, to)
buttons = [{"type": "reply", "reply": {"id": "window", "title": "Window"}}]
call("buttons", "send_reply_button", {"type": "button", "body": {"text": "Seat?"}, "action": {"buttons": buttons}}, to)
url = call("media", "query_media_url", image)
path = call("download", "download_media", url, "image/png", str(Path(given["scratch"]) / "downloaded"))
keep("same bytes", Path(path).read_bytes() == Path(files, "gate.png").read_bytes() if path else None)
call("read", "mark_as_read", given["incoming"])
call("delete media", "delete_media", image)
finish()
