"""Forms as users of pywa build them: made with its classes, asked by its flow endpoint, completed into its handler, all unmodified."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from pywa import WhatsApp, errors
from pywa.types import FlowButton, FlowCompletion, FlowRequest, FlowResponse
from pywa.types.flows import (
    CompleteAction,
    DataExchangeAction,
    DataSource,
    FlowActionType,
    FlowCategory,
    FlowJSON,
    FlowStatus,
    FlowTokenNoLongerValid,
    Footer,
    InputType,
    Layout,
    RadioButtonsGroup,
    Screen,
    ScreenData,
    TextHeading,
    TextInput,
)
from pywa.types.templates import (
    BodyText,
    Buttons,
    Template,
    TemplateCategory,
    TemplateLanguage,
    TemplateStatus,
)
from pywa.types.templates import FlowButton as TemplateFlowButton

from tests.compatibility.bot import Bot
from tests.sandbox.process import SandboxProcess, until

BOOKING = FlowJSON(
    version="7.3",
    data_api_version="3.0",
    routing_model={"WHO": ["SEAT"], "SEAT": []},
    screens=[
        Screen(
            id="WHO",
            title="Who flies?",
            data=[greeting := ScreenData(key="greeting", example="Hello")],
            layout=Layout(
                children=[
                    TextHeading(text=greeting.ref),
                    name := TextInput(name="name", label="Name", required=True, min_chars=2),
                    mail := TextInput(name="mail", label="E-Mail", input_type=InputType.EMAIL),
                    Footer(
                        label="Seats",
                        on_click_action=DataExchangeAction(payload={"name": name.ref, "mail": mail.ref}),
                    ),
                ]
            ),
        ),
        Screen(
            id="SEAT",
            title="Your seat",
            terminal=True,
            data=[seats := ScreenData(key="seats", example=[DataSource(id="1a", title="1A")])],
            layout=Layout(
                children=[
                    seat := RadioButtonsGroup(name="seat", label="Seat", data_source=seats.ref, required=True),
                    Footer(label="Book", on_click_action=CompleteAction(payload={"seat": seat.ref})),
                ]
            ),
        ),
    ],
)


class Endpoint:
    """The company's data endpoint: pywa's own, with a key of its own."""

    def __init__(self, bot: Bot) -> None:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.public_key = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        self.asked: list[FlowRequest] = []
        self.closed = False
        bot.whatsapp.on_flow_request("/booking", private_key=private)(self.answer)
        self.url = f"{bot.address}/booking"
        self._completions: list[FlowCompletion] = []
        bot.whatsapp.on_flow_completion()(lambda _, completion: self._completions.append(completion))

    def completion(self, id_: str) -> FlowCompletion:
        """Wait until the bot was told of a form that was finished."""
        return until(lambda: next((one for one in self._completions if one.id == id_), None))

    def answer(self, _: WhatsApp, request: FlowRequest) -> FlowResponse:
        self.asked.append(request)
        if self.closed:
            raise FlowTokenNoLongerValid("Sold out")
        if request.action == "INIT":
            return request.respond(screen="WHO", data={"greeting": "Moin"})
        assert request.data is not None
        if request.data["name"] == "Nobody":
            return request.respond(screen="WHO", data={"greeting": "Moin"}, error_message="Nobody cannot fly.")
        return request.respond(
            screen="SEAT", data={"seats": [DataSource(id="1a", title="1A"), DataSource(id="1b", title="1B")]}
        )


@pytest.fixture(scope="module")
def endpoint(bot: Bot) -> Endpoint:
    made = Endpoint(bot)
    assert bot.whatsapp.set_business_public_key(made.public_key).success
    return made


@pytest.fixture(scope="module")
def flow(bot: Bot, endpoint: Endpoint) -> str:
    """A published form that asks pywa's endpoint."""
    made = bot.whatsapp.create_flow(
        name="booking", categories=[FlowCategory.APPOINTMENT_BOOKING], endpoint_uri=endpoint.url, flow_json=BOOKING
    )
    assert made.success, made.validation_errors
    assert bot.whatsapp.publish_flow(made.id).success
    return str(made.id)


class TestFlow:
    def test_one_is_made_published_asked_filled_in_and_completed(
        self, sandbox: SandboxProcess, bot: Bot, endpoint: Endpoint, flow: str
    ) -> None:
        ines = sandbox.customer()
        bot.message(sandbox.write(ines, "I want to fly"))
        sent = bot.whatsapp.send_message(
            to=ines["wa_id"],
            text="Book here",
            buttons=FlowButton(
                title="Book", flow_id=flow, flow_token="t-1", flow_action_type=FlowActionType.DATA_EXCHANGE
            ),
        )
        sandbox.received(ines, sent.id)
        _, screen = sandbox.control("GET", f"/customers/{ines['id']}/flows?message_id={sent.id}")
        assert (screen["screen"], screen["text"].splitlines()[0]) == ("WHO", "Moin")
        path = f"/customers/{ines['id']}/flows"
        wrong = sandbox.do(path, {"message_id": sent.id, "answers": {"name": "I", "mail": "no address"}})
        assert wrong["problems"] == {"name": "too_short", "mail": "email"}
        refused = sandbox.do(path, {"message_id": sent.id, "answers": {"name": "Nobody", "mail": ""}})
        assert (refused["screen"], refused["notice"]) == ("WHO", "Nobody cannot fly.")
        finished = sandbox.do(path, {"message_id": sent.id, "answers": {"name": "Ines", "seat": "1b"}})
        assert finished["completed"]
        completion = endpoint.completion(finished["id"])
        assert completion.response == {"seat": "1b"}
        assert (completion.token, completion.body) == ("t-1", "Sent")
        assert completion.reply_to_message.id == sent.id
        assert [request.flow_token for request in endpoint.asked] == ["t-1"] * 3

    def test_a_form_that_the_endpoint_closed_says_its_word(
        self, sandbox: SandboxProcess, bot: Bot, endpoint: Endpoint, flow: str
    ) -> None:
        ines = sandbox.customer()
        bot.message(sandbox.write(ines, "Me too"))
        button = FlowButton(
            title="Book",
            flow_id=flow,
            flow_token="t-2",
            flow_action_type=FlowActionType.NAVIGATE,
            flow_action_screen="WHO",
            flow_action_payload={"greeting": "Hi"},
        )
        sent = bot.whatsapp.send_message(to=ines["wa_id"], text="Book here", buttons=button)
        sandbox.received(ines, sent.id)
        endpoint.closed = True
        found = sandbox.do(f"/customers/{ines['id']}/flows", {"message_id": sent.id, "answers": {"name": "Ines"}})
        endpoint.closed = False
        assert (found["screen"], found["problem"], found["notice"]) == ("WHO", "token", "Sold out")

    def test_a_templates_button_opens_one_and_its_answer_is_believed(
        self, sandbox: SandboxProcess, bot: Bot, endpoint: Endpoint, flow: str
    ) -> None:
        made = bot.whatsapp.create_template(
            Template(
                name="book_again",
                language=TemplateLanguage.GERMAN,
                category=TemplateCategory.UTILITY,
                components=[
                    BodyText("Noch ein Flug?"),
                    Buttons(buttons=[TemplateFlowButton(text="Buchen", flow_id=flow, navigate_screen="WHO")]),
                ],
            )
        )
        assert made.status in {TemplateStatus.PENDING, TemplateStatus.APPROVED}
        ines = sandbox.customer(consent=["utility"])
        sent = bot.whatsapp.send_template(
            to=ines["wa_id"],
            name="book_again",
            language=TemplateLanguage.GERMAN,
            params=[TemplateFlowButton.params(index=0, flow_token="t-3", flow_action_data={"greeting": "Na?"})],
        )
        sandbox.received(ines, sent.id)
        _, screen = sandbox.control("GET", f"/customers/{ines['id']}/flows?message_id={sent.id}")
        assert screen["text"].splitlines()[0] == "Na?"
        answers = {"name": "Ines", "seat": "1a"}
        finished = sandbox.do(f"/customers/{ines['id']}/flows", {"message_id": sent.id, "answers": answers})
        assert finished["completed"]
        completion = endpoint.completion(finished["id"])
        assert (completion.token, completion.response) == ("t-3", {"seat": "1a"})
        assert endpoint.asked[-1].flow_token == "t-3"

    def test_the_api_tells_everything_about_it(self, bot: Bot, endpoint: Endpoint, flow: str) -> None:
        details = bot.whatsapp.get_flow(flow)
        assert (details.status, details.name, details.endpoint_uri) == (FlowStatus.PUBLISHED, "booking", endpoint.url)
        assert (details.json_version, details.data_api_version, details.validation_errors) == ("7.3", "3.0", None)
        assert flow in [found.id for found in bot.whatsapp.get_flows()]
        assets = list(bot.whatsapp.get_flow_assets(flow))
        assert [asset.name for asset in assets] == ["flow.json"]
        copy = bot.whatsapp.create_flow(name="booking-2", categories=[FlowCategory.OTHER], clone_flow_id=flow)
        assert bot.whatsapp.update_flow_metadata(copy.id, name="booking-3").success
        changed = bot.whatsapp.update_flow_json(copy.id, '{"version": "7.3", "screens": []}')
        assert [error.error for error in changed.validation_errors] == ["MIN_ITEMS_REQUIRED"]
        with pytest.raises(errors.FlowPublishingError):
            bot.whatsapp.publish_flow(copy.id)
        assert bot.whatsapp.delete_flow(copy.id).success
        with pytest.raises(errors.FlowUpdatingError):
            bot.whatsapp.update_flow_json(flow, BOOKING)
