"""Forms that a simulated customer has open: the real machine over the form of a real message, its questions sealed to the gateway.

Open forms are kept in memory: a sandbox that starts anew has none open, as a phone whose app was closed.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from handschlag.content.flows.components import CHOICES, ENTRIES, SEVERAL
from handschlag.content.flows.exchange import EXCHANGE_SECONDS, FlowQuestion, FlowReply, FlowRequest
from handschlag.content.flows.expressions import as_text
from handschlag.content.flows.form import Ask, Done, FlowForm, Impossible, Invalid, OpenUrl, Outcome
from handschlag.content.flows.message import form_in
from handschlag.content.flows.parsing import FlowJsonBroken, read_flow_json
from handschlag.content.message_id import message_id

if TYPE_CHECKING:
    from handschlag.sandbox.customer import Customer
    from handschlag.sandbox.records import Entry
    from handschlag.wire.ids import EnvelopeId

_encode = msgspec.json.Encoder().encode
_MOST_STEPS = 50


class FilledForm(msgspec.Struct):
    """POST /customers/{id}/flows.

    `press` says what follows the answers: the screens' buttons until the form is finished or something is wrong, one button, a link by its
    text or an entry of a list by its id, the way back, or nothing.
    """

    message_id: str
    answers: dict[str, Any] = {}
    press: Literal["finish", "button", "back", "nothing"] = "finish"
    link: str | None = None


class FlowForms:
    """The open forms of one customer."""

    def __init__(self, customer: Customer) -> None:
        self._customer = customer
        self._open: dict[EnvelopeId, FlowForm] = {}
        self._asked: dict[EnvelopeId, asyncio.Future[FlowReply]] = {}
        self._urls: dict[EnvelopeId, str] = {}

    def take_answer(self, reply: FlowReply) -> None:
        """Take the gateway's answer to a question that is still open; any other tells nothing."""
        waiting = self._asked.pop(reply.request, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(reply)

    async def look(self, entry: Entry) -> dict[str, Any]:
        """Return the screen of a message's form, opened now if it is not."""
        form = await self._form(entry)
        return self._shown(entry, form, {})

    async def fill(self, entry: Entry, wanted: FilledForm) -> dict[str, Any]:
        """Fill in and press; returns the screen then, or what was sent when the form is finished."""
        form = await self._form(entry)
        outcome: Outcome | None = None
        problems: dict[str, str] = {}
        before: tuple[str, list[dict[str, Any]]] | None = None
        for _ in range(_MOST_STEPS):
            outcome = await self._answer_entries(entry, form, wanted.answers)
            if outcome is None and wanted.press != "nothing":
                before = (form.screen, form.shown())
                outcome = await self._settled(entry, form, self._press(form, wanted))
            if isinstance(outcome, Impossible):
                raise ValueError(f"press: {outcome.why}")  # noqa: TRY004  an outcome, not a type that is wrong
            if isinstance(outcome, Invalid):
                problems = outcome.problems
            if isinstance(outcome, Done):
                return await self._finish(entry, outcome)
            if isinstance(outcome, OpenUrl):
                self._urls[entry.envelope] = outcome.url
            stays = wanted.press != "finish" or wanted.link is not None or isinstance(outcome, Invalid | OpenUrl)
            if stays or form.problem is not None or form.notice or before == (form.screen, form.shown()):
                break
        return self._shown(entry, form, problems)

    async def _form(self, entry: Entry) -> FlowForm:
        if entry.envelope not in self._open:
            received = form_in(entry.message)
            if received is None or received.definition.text is None:
                raise ValueError(
                    "message_id: got a message without a form that can be opened, expected one with a form"
                )
            try:
                form = FlowForm(read_flow_json(received.definition.text.encode()), received.token)
            except (FlowJsonBroken, KeyError, TypeError) as error:
                raise ValueError(f"message_id: the form of this message cannot be read ({error})") from None
            outcome = await self._settled(entry, form, form.open(received.action, received.screen, received.data))
            if isinstance(outcome, Impossible):
                raise ValueError(f"message_id: {outcome.why}")
            self._open[entry.envelope] = form
        return self._open[entry.envelope]

    async def _answer_entries(self, entry: Entry, form: FlowForm, answers: dict[str, Any]) -> Outcome | None:
        """Fill in those entries of the screen that are among the answers; what a choice shows is filled in too."""
        filled: set[str] = set()
        while True:
            names = [str(c["name"]) for c in form.shown() if c["type"] in ENTRIES]
            todo = next((name for name in names if name in answers and name not in filled), None)
            if todo is None:
                return None
            filled.add(todo)
            outcome = await self._settled(entry, form, form.fill(todo, answers[todo]))
            if isinstance(outcome, Done | Impossible):
                return outcome

    def _press(self, form: FlowForm, wanted: FilledForm) -> Outcome:
        if wanted.link is not None:
            for position, component in enumerate(form.shown()):
                items = component.get("list-items")
                if any(one.get("id") == wanted.link for one in (items if isinstance(items, list) else [])):
                    return form.follow(position, wanted.link)
                if wanted.link in {component.get("text"), component.get("label")} and component["type"] != "Footer":
                    return form.follow(position)
            return Impossible(f"link: {wanted.link[:40]!r} is not on this screen")
        return form.back() if wanted.press == "back" else form.submit()

    async def _settled(self, entry: Entry, form: FlowForm, outcome: Outcome) -> Outcome:
        """Return an outcome; one that asks the company is answered first."""
        for _ in range(_MOST_STEPS):
            if not isinstance(outcome, Ask):
                break
            question = FlowQuestion(
                message=entry.envelope, action=outcome.action, screen=outcome.screen, data=outcome.data
            )
            reply = await self._ask(FlowRequest(flow_request=question))
            outcome = form.answer(reply.screen, reply.data, reply.problem, reply.message)
        return outcome

    async def _ask(self, request: FlowRequest) -> FlowReply:
        waiting: asyncio.Future[FlowReply] = asyncio.get_running_loop().create_future()
        envelope = await self._customer.send(
            "receipt", _encode(request), before=lambda id_: self._asked.setdefault(id_, waiting)
        )
        try:
            return await asyncio.wait_for(waiting, EXCHANGE_SECONDS)
        except TimeoutError:
            return FlowReply(request=envelope, problem="unreachable")
        finally:
            self._asked.pop(envelope, None)

    async def _finish(self, entry: Entry, done: Done) -> dict[str, Any]:
        """Send what was filled in as the answer to the message."""
        self._open.pop(entry.envelope, None)
        reply = {"name": "flow", "body": "Sent", "response_json": _encode(done.response).decode()}
        message = {
            "type": "interactive",
            "interactive": {"type": "nfm_reply", "nfm_reply": reply},
            "context": {"id": message_id(entry.envelope)},
        }
        sent = await self._customer.send("service", _encode(message), message)
        return {"completed": True, "id": message_id(sent), "response": done.response}

    def _shown(self, entry: Entry, form: FlowForm, problems: dict[str, str]) -> dict[str, Any]:
        found: dict[str, Any] = {
            "completed": False,
            "message_id": message_id(entry.envelope),
            "screen": form.screen,
            "title": form.title,
            "text": as_lines(form),
            "values": {c["name"]: c["value"] for c in form.shown() if c["type"] in ENTRIES},
        }
        more = {"problems": problems, "notice": form.notice, "problem": form.problem or ""}
        more["opened"] = self._urls.pop(entry.envelope, "")
        return found | {name: value for name, value in more.items() if value}


def as_lines(form: FlowForm) -> str:
    """Return a screen as text, one component a line."""
    return "\n".join(line for component in form.shown() for line in _lines(component))


def _lines(component: dict[str, Any]) -> list[str]:
    type_ = component["type"]
    if type_ in CHOICES:
        mark = "[{}]" if type_ in SEVERAL else "({})"
        chosen = component["value"] if isinstance(component["value"], list) else [component["value"]]
        offered = component.get("data-source")
        options = [one for one in (offered if isinstance(offered, list) else []) if isinstance(one, dict)]
        label = f"{component['name']}: {as_text(component.get('label'))}"
        return [label] + [
            f"  {mark.format('x' if one.get('id') in chosen else ' ')} {one.get('id')}: {as_text(one.get('title'))}"
            for one in options
        ]
    if type_ in ENTRIES:
        return [f"{component['name']}: {as_text(component.get('label'))} = {as_text(component['value'])!r}"]
    if type_ == "NavigationList":
        items = component.get("list-items")
        return [
            f"> {one.get('id')}: {as_text((one.get('main-content') or {}).get('title'))}"
            for one in (items if isinstance(items, list) else [])
        ]
    if type_ == "Image":
        return [f"(picture) {as_text(component.get('alt-text'))}"]
    if type_ == "Footer":
        return [f"[ {as_text(component.get('label'))} ]"]
    text = component.get("text")
    mark = "> " if type_ == "EmbeddedLink" else ""
    return [mark + as_text(line) for line in (text if isinstance(text, list) else [text])]
