"""pywa 4.5, unmodified: it sends, receives, answers and sees every status."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from pywa import errors, types
from pywa.types.templates import BodyText, HeaderText, TemplateLanguage, URLButton

from tests.compatibility.bot import Bot
from tests.sandbox.process import SandboxProcess, until

DEPARTURE = [
    HeaderText.params("MA 204"),
    BodyText.params("Ines", "Helgoland", "14:05", "B12"),
    URLButton.params(url_variable="8KX2", index=0),
]


class TestConversation:
    def test_a_customers_message_reaches_the_handler_with_both_ids(self, sandbox: SandboxProcess, bot: Bot) -> None:
        ines = sandbox.customer("Ines Brandt")
        message = bot.message(sandbox.write(ines, "Wann geht mein Flug? 🛫"))
        assert message.text == "Wann geht mein Flug? 🛫"
        assert message.type == types.MessageType.TEXT
        assert (message.from_user.name, message.from_user.wa_id) == ("Ines Brandt", ines["wa_id"])
        assert message.from_user.bsuid == ines["user_id"]
        assert message.metadata.phone_number_id == sandbox.connection["phone_number_id"]

    def test_the_bot_marks_it_as_read_types_and_replies_in_context(self, sandbox: SandboxProcess, bot: Bot) -> None:
        ines = sandbox.customer()
        asked = sandbox.write(ines, "Ist Gate B12 richtig?")
        message = bot.message(asked)
        assert message.mark_as_read().success
        until(lambda: sandbox.statuses_of_sent(ines)[asked] == "read")
        assert message.indicate_typing().success
        until(lambda: sandbox.control("GET", f"/customers/{ines['id']}")[1]["sees_typing"])
        sent = message.reply_text("Ja, *B12*.", quote=True)
        shown = sandbox.received(ines, sent.id)
        assert (shown["text"]["body"], shown["context"]["id"]) == ("Ja, *B12*.", asked)

    def test_a_customers_reply_names_the_message_it_answers(self, sandbox: SandboxProcess, bot: Bot) -> None:
        ines = sandbox.customer()
        bot.message(sandbox.write(ines, "Moin"))
        sent = bot.whatsapp.send_message(to=ines["wa_id"], text="Fenster oder Gang?")
        sandbox.received(ines, sent.id)
        answer = bot.message(sandbox.write(ines, "Fenster", context={"message_id": sent.id}))
        assert answer.reply_to_message.id == sent.id
        assert answer.is_reply

    @pytest.mark.parametrize("by", ["wa_id", "user_id"])
    def test_a_customer_is_addressed_by_number_or_by_scoped_id(
        self, sandbox: SandboxProcess, bot: Bot, by: str
    ) -> None:
        ines = sandbox.customer()
        bot.message(sandbox.write(ines, "Moin"))
        sent = bot.whatsapp.send_message(to=ines[by], text="https://moewe-air.example", preview_url=True)
        assert sandbox.received(ines, sent.id)["text"]["body"] == "https://moewe-air.example"

    def test_the_bot_waits_for_the_answer_to_its_question(self, sandbox: SandboxProcess, bot: Bot) -> None:
        ines = sandbox.customer()
        bot.message(sandbox.write(ines, "Moin"))

        def ask() -> str:
            sent = bot.whatsapp.send_message(to=ines["wa_id"], text="Fenster oder Gang?")
            return str(sent.wait_for_reply(timeout=20).text)

        with ThreadPoolExecutor() as pool:
            answer = pool.submit(ask)
            asked = until(lambda: sandbox.messages(ines))[0]
            sandbox.write(ines, "Gang", context={"message_id": asked["id"]})
            assert answer.result() == "Gang"


class TestTemplates:
    def test_hello_world(self, sandbox: SandboxProcess, bot: Bot) -> None:
        ines = sandbox.customer(consent=["utility"])
        sent = bot.whatsapp.send_template(
            to=ines["wa_id"], name="hello_world", language=TemplateLanguage.ENGLISH_US, params=[]
        )
        assert sent.status.value == "accepted"
        assert "Welcome" in sandbox.received(ines, sent.id)["rendered"]["body"]

    def test_departure_with_all_its_parameters(self, sandbox: SandboxProcess, bot: Bot) -> None:
        ines = sandbox.customer(consent=["utility"])
        sent = bot.whatsapp.send_template(
            to=ines["wa_id"], name="departure", language=TemplateLanguage.GERMAN, params=DEPARTURE
        )
        rendered = sandbox.received(ines, sent.id)["rendered"]
        assert rendered["header"] == "Flug MA 204"
        assert rendered["body"].startswith("Hallo Ines, Ihr Flug nach Helgoland startet um 14:05 Uhr an Gate B12.")
        assert bot.status(sent.id, "sent").pricing.category.value == "utility"

    def test_they_are_listed_and_read_one_by_one(self, bot: Bot) -> None:
        listed = bot.whatsapp.get_templates()
        assert listed.total_count == 4
        assert {(t.name, t.language.value, t.status.value) for t in listed} == {
            ("hello_world", "en_US", "APPROVED"),
            ("departure", "en_US", "APPROVED"),
            ("departure", "de", "APPROVED"),
            ("new_route", "en_US", "APPROVED"),
        }
        one = next(t for t in listed if t.name == "departure")
        again = bot.whatsapp.get_template(one.id)
        assert str(again.components) == str(one.components)


class TestStatuses:
    def test_sent_delivered_and_read_come_with_contact_price_and_tracker(
        self, sandbox: SandboxProcess, bot: Bot
    ) -> None:
        ines = sandbox.customer()
        bot.message(sandbox.write(ines, "Moin"))
        sent = bot.whatsapp.send_message(to=ines["wa_id"], text="Moin!", tracker="booking-8KX2")
        sandbox.received(ines, sent.id)
        sandbox.do(f"/customers/{ines['id']}/read", {"message_id": sent.id})
        for word in ("sent", "delivered", "read"):
            status = bot.status(sent.id, word)
            assert status.tracker == "booking-8KX2"
            assert (status.from_user.wa_id, status.from_user.bsuid) == (ines["wa_id"], ines["user_id"])
            assert status.error is None
        price = bot.status(sent.id, "sent").pricing
        assert (price.billable, price.category.value) == (False, "service")

    def test_failed_carries_the_error_as_pywa_knows_it(self, sandbox: SandboxProcess, bot: Bot) -> None:
        ines = sandbox.customer()
        outside = bot.whatsapp.send_message(to=ines["wa_id"], text="Hallo?")
        failed = bot.status(outside.id, "failed")
        assert isinstance(failed.error, errors.ReEngagementMessage)
        assert failed.error.code == 131047
        assert failed.from_user.bsuid == ines["user_id"]
        advert = bot.whatsapp.send_template(
            to=ines["wa_id"],
            name="new_route",
            language=TemplateLanguage.ENGLISH_US,
            params=[BodyText.params("Sylt", "39")],
        )
        assert isinstance(bot.status(advert.id, "failed").error, errors.UserStoppedMarketingMessages)

    def test_a_stranger_cannot_be_told_from_one_who_did_not_agree(self, sandbox: SandboxProcess, bot: Bot) -> None:
        stranger = bot.whatsapp.send_template(
            to="491700000001", name="hello_world", language=TemplateLanguage.ENGLISH_US, params=[]
        )
        known = bot.whatsapp.send_template(
            to=sandbox.customer()["wa_id"], name="hello_world", language=TemplateLanguage.ENGLISH_US, params=[]
        )
        seen = [bot.status(sent.id, "failed").error for sent in (stranger, known)]
        assert isinstance(seen[0], errors.MessageUndeliverable)
        assert seen[0].details == seen[1].details


class TestErrors:
    """What is wrong with the request itself is raised at once."""

    @pytest.mark.parametrize(
        ("call", "error"),
        [
            ({"name": "not_there", "params": []}, errors.TemplateNotExists),
            ({"name": "departure", "params": [DEPARTURE[0], BodyText.params("Ines"), DEPARTURE[2]]}, errors.TemplateParamCountMismatch),
            (
                {"name": "departure", "params": [DEPARTURE[0], BodyText.params("I\nnes", "H", "14:05", "B"), DEPARTURE[2]]},
                errors.TemplateContentPolicyViolation,
            ),
        ],
    )  # fmt: skip
    def test_templates(
        self, sandbox: SandboxProcess, bot: Bot, call: dict[str, object], error: type[errors.WhatsAppError]
    ) -> None:
        ines = sandbox.customer(consent=["utility"])
        with pytest.raises(error) as raised:
            bot.whatsapp.send_template(to=ines["wa_id"], language=TemplateLanguage.ENGLISH_US, **call)
        assert raised.value.details
        assert raised.value.fbtrace_id

    def test_what_is_not_offered(self, bot: Bot) -> None:
        with pytest.raises(errors.UnsupportedMessageType) as raised:
            bot.whatsapp.send_catalog(to="491511234567", body="Our shop")
        assert "catalogues are not offered" in str(raised.value.details)

    def test_a_text_that_is_too_long(self, bot: Bot) -> None:
        with pytest.raises(errors.WhatsAppError) as raised:
            bot.whatsapp.send_message(to="491511234567", text="x" * 4097)
        assert "4096" in str(raised.value.details)

    def test_a_message_nobody_received_cannot_be_marked_as_read(self, bot: Bot) -> None:
        with pytest.raises(errors.WhatsAppError) as raised:
            bot.whatsapp.mark_message_as_read("wamid.HBgLMTY0NjcwNDM1OTU=")
        assert raised.value.code == 131009

    def test_a_wrong_token(self, sandbox: SandboxProcess) -> None:
        stranger = Bot(sandbox, callback=False)
        stranger.close()
        stranger.whatsapp.api._session.headers["Authorization"] = "Bearer EAAwrong"
        with pytest.raises(errors.ExpiredAccessToken) as raised:
            stranger.whatsapp.send_message(to="491511234567", text="Hallo")
        assert raised.value.status_code == 401


class TestNodes:
    def test_profile_number_and_account(self, bot: Bot) -> None:
        assert bot.whatsapp.get_business_profile().about == "Kurze Wege, weite Blicke."
        number = bot.whatsapp.get_business_phone_number()
        assert number.verified_name == "Möwe Air"
        assert [n.id for n in bot.whatsapp.get_business_phone_numbers()] == [number.id]
        assert bot.whatsapp.get_business_account().name == "Möwe Air"

    def test_the_app_token_registers_a_callback_that_answers_the_challenge(
        self, sandbox: SandboxProcess, bot: Bot
    ) -> None:
        given = sandbox.connection
        token = bot.whatsapp.get_app_access_token(int(given["app_id"]), given["app_secret"])
        assert token == f"{given['app_id']}|{given['app_secret']}"
        with pytest.raises(errors.WhatsAppError):
            bot.whatsapp.set_app_callback_url(
                app_id=int(given["app_id"]),
                app_access_token=token,
                callback_url="http://127.0.0.1:9",
                verify_token="x",
                fields=["messages"],
            )
        _, listed = sandbox.api("GET", f"/{given['app_id']}/subscriptions")
        assert listed["data"][0]["callback_url"].endswith("/webhook")
