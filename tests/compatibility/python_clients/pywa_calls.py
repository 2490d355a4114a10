"""pywa 4.5, unmodified, in its synchronous and its asynchronous form: every call its users make."""

from __future__ import annotations

import asyncio
import importlib
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from calls import finish, given, keep, keep_error  # type: ignore[import-not-found]  # beside this program
from pywa.types import (
    Button,
    Contact,
    Section,
    SectionList,
    SectionRow,
    URLButton,
)

KIND = given["kind"]
types = importlib.import_module("pywa.types")
templates = importlib.import_module("pywa.types.templates")
flows = importlib.import_module("pywa.types.flows")
to, files, links = given["to"], Path(given["files"]), given["links"]


async def settled(answer: Any) -> Any:
    """Return the answer of a call, whichever form made it."""
    return await answer if inspect.isawaitable(answer) else answer


async def call(name: str, action: Callable[[], Any], shown: Callable[[Any], Any] = str) -> Any:
    """Make a call and keep what it answered, or its error."""
    try:
        answer = await settled(action())
        keep(name, shown(answer))
    except Exception as error:
        keep_error(name, error)
        return None
    return answer


def sent(answer: Any) -> str:
    """Return the id of a message that was accepted."""
    return str(answer.id)


async def messages(wa: Any) -> None:
    """Send every type."""
    await call("text", lambda: wa.send_message(to=to, text=f"Moin from pywa {KIND}"), sent)
    await call("text by user id", lambda: wa.send_message(to=given["userId"], text="By user id"), sent)
    await call("reply", lambda: wa.send_message(to=to, text="An answer", reply_to_message_id=given["incoming"]), sent)
    await call("image", lambda: wa.send_image(to=to, image=files / "gate.png", caption="Gate B12"), sent)
    await call("image by link", lambda: wa.send_image(to=to, image=f"{links}/gate.png"), sent)
    await call("video", lambda: wa.send_video(to=to, video=files / "boarding.mp4", caption="Boarding"), sent)
    await call("document", lambda: wa.send_document(to=to, document=files / "ticket.pdf", filename="ticket.pdf"), sent)
    await call("audio", lambda: wa.send_audio(to=to, audio=files / "voice.ogg", mime_type="audio/ogg"), sent)
    await call("voice", lambda: wa.send_voice(to=to, voice=files / "voice.ogg", mime_type="audio/ogg"), sent)
    await call("sticker", lambda: wa.send_sticker(to=to, sticker=files / "gull.webp", mime_type="image/webp"), sent)
    await call("reaction", lambda: wa.send_reaction(to=to, emoji="👍", message_id=given["incoming"]), sent)
    await call("reaction removed", lambda: wa.remove_reaction(to=to, message_id=given["incoming"]), sent)
    await call("location", lambda: wa.send_location(to=to, latitude=54.18, longitude=7.91, name="Helgoland"), sent)
    await call("location request", lambda: wa.request_location(to=to, text="Where are you?"), sent)
    contact = Contact(
        name=Contact.Name(formatted_name="Ole Hansen", first_name="Ole"),
        phones=[Contact.Phone(phone="+49401234", type="WORK")],
    )
    await call("contacts", lambda: wa.send_contact(to=to, contact=contact), sent)
    window = [Button(title="Window", callback_data="window"), Button(title="Aisle", callback_data="aisle")]
    await call("buttons", lambda: wa.send_message(to=to, text="Seat?", footer="Free", buttons=window), sent)
    await call(
        "image buttons", lambda: wa.send_image(to=to, image=files / "gate.png", caption="Seat?", buttons=window), sent
    )
    rows = [SectionRow(title="Fish", callback_data="fish", description="Plaice")]
    meals = SectionList(button_title="Meals", sections=[Section(title="Warm", rows=rows)])
    await call("list", lambda: wa.send_message(to=to, text="Which meal?", buttons=meals), sent)
    page = URLButton(title="Open", url="https://moewe-air.example/8KX2")
    await call("link button", lambda: wa.send_message(to=to, text="Your booking", buttons=page), sent)
    await call(
        "template",
        lambda: wa.send_template(to=to, name="hello_world", language=templates.TemplateLanguage.ENGLISH_US, params=[]),
        sent,
    )
    await call("read", lambda: wa.mark_message_as_read(given["incoming"]), lambda answer: bool(answer.success))
    await call("typing", lambda: wa.indicate_typing(given["incoming"]), lambda answer: bool(answer.success))


async def media(wa: Any) -> None:
    """Upload, look up, download, delete."""
    media = await call("upload", lambda: wa.upload_media(files / "gate.png", mime_type="image/png"), lambda m: m.id)
    found = await call("media", lambda: wa.get_media_url(media.id), lambda m: [m.mime_type, m.file_size, m.id])
    same = (files / "gate.png").read_bytes()
    await call("download", lambda: wa.get_media_bytes(found.url), lambda data: data == same)
    await call("delete media", lambda: wa.delete_media(media.id), lambda answer: bool(answer.success))


async def account(wa: Any) -> None:
    """Profile, number, account, codes, block list."""
    await call("profile", wa.get_business_profile)
    await call(
        "change profile",
        lambda: wa.update_business_profile(about="We fly to the islands.", websites=["https://moewe-air.example"]),
        lambda answer: bool(answer.success),
    )
    picture = files / "gate.png"
    await call(
        "profile picture",
        lambda: wa.update_business_profile(profile_picture=picture),
        lambda answer: bool(answer.success),
    )
    await call("account", wa.get_business_account)
    await call("number", wa.get_business_phone_number)
    await call("numbers", wa.get_business_phone_numbers)
    await call("settings", wa.get_business_phone_number_settings)
    await call(
        "ice breakers",
        lambda: wa.update_conversational_automation(
            ice_breakers=["Where is my gate?"], commands=[types.Command(name="gate", description="Tells your gate")]
        ),
        lambda answer: bool(answer.success),
    )
    code = await call("code", lambda: wa.create_qr_code("Where is my gate?", "SVG"), lambda made: made.deep_link_url)
    await call("codes", wa.get_qr_codes, lambda found: [one.code for one in found])
    await call("change code", lambda: wa.update_qr_code(code.code, "Is it late?"), lambda made: made.prefilled_message)
    await call("delete code", lambda: wa.delete_qr_code(code.code), lambda answer: bool(answer.success))
    await call("block", lambda: wa.block_users([given["blockable"]]))
    await call("blocked", wa.get_blocked_users, lambda found: [str(one) for one in found])
    await call("unblock", lambda: wa.unblock_users([given["blockable"]]))
    await call("commerce", wa.get_commerce_settings)
    await call("app token", lambda: wa.get_app_access_token(given["appId"], given["appSecret"]))


async def life_of_a_template(wa: Any) -> None:
    """Create, list, change, delete."""
    name = f"pywa_gate_{given['suffix']}"
    template = templates.Template(
        name=name,
        language=templates.TemplateLanguage.ENGLISH_US,
        category=templates.TemplateCategory.UTILITY,
        components=[
            templates.BodyText("Your gate is {{gate}} now.", gate="B12"),
            templates.Buttons(buttons=[templates.QuickReplyButton(text="Thanks")]),
        ],
    )
    made = await call(
        "create template", lambda: wa.create_template(template), lambda answer: [answer.id, str(answer.status)]
    )
    await call("templates", wa.get_templates, lambda found: [one.name for one in found])
    while str((await settled(wa.get_template(made.id))).status) == "PENDING":
        await asyncio.sleep(0.05)
    await call("template by id", lambda: wa.get_template(made.id), lambda found: found.name)
    await call(
        "change template",
        lambda: wa.update_template(
            made.id, new_components=[templates.BodyText("Your gate is {{gate}} today.", gate="B12")]
        ),
        lambda answer: bool(answer.success),
    )
    await call("delete template", lambda: wa.delete_template(name), lambda answer: bool(answer.success))


async def life_of_a_flow(wa: Any) -> None:
    """Create, upload, publish, send, deprecate."""
    form = given["flow"]
    made = await call(
        "create flow",
        lambda: wa.create_flow(name=f"seat_{given['suffix']}_{KIND}", categories=["OTHER"], flow_json=form),
        lambda answer: answer.id,
    )
    await call("upload flow", lambda: wa.update_flow_json(made.id, form), lambda answer: bool(answer.success))
    await call("flow", lambda: wa.get_flow(made.id), lambda found: str(found.status))
    await call("publish flow", lambda: wa.publish_flow(made.id), lambda answer: bool(answer.success))
    button = types.FlowButton(
        title="Choose",
        flow_id=made.id,
        flow_token="seat",
        flow_action_type=flows.FlowActionType.NAVIGATE,
        flow_action_screen="SEAT",
    )
    await call("flow message", lambda: wa.send_message(to=to, text="Choose a seat", buttons=button), sent)
    await call("flows", wa.get_flows, lambda found: [str(one.id) for one in found])
    await call("flow assets", lambda: wa.get_flow_assets(made.id), lambda found: [one.name for one in found])
    await call("deprecate flow", lambda: wa.deprecate_flow(made.id), lambda answer: bool(answer.success))


async def main() -> None:
    """Make all calls."""
    module = importlib.import_module("pywa" if KIND == "sync" else "pywa_async")
    session = httpx.Client(timeout=30) if KIND == "sync" else httpx.AsyncClient(timeout=30)
    wa = module.WhatsApp(
        phone_id=given["phoneNumberId"],
        token=given["token"],
        session=session,
        waba_id=given["wabaId"],
        app_id=given["appId"],
        app_secret=given["appSecret"],
    )
    if given["baseUrl"]:
        # The constructor sets Meta's address, so ours is set after it.
        session.base_url = httpx.URL(given["baseUrl"] + "/v24.0")
    await media(wa)
    await messages(wa)
    await account(wa)
    await life_of_a_template(wa)
    await life_of_a_flow(wa)
    finish()


asyncio.run(main())
