"""The texts of the library, in English and German; one row per template, written by hand."""

from __future__ import annotations

from typing import Any, NamedTuple


class Words(NamedTuple):
    """A template's words in one language; `examples` fill its body's places."""

    body: str
    examples: tuple[str, ...] = ()
    header: str = ""
    buttons: tuple[dict[str, Any], ...] = ()


class LibraryText(NamedTuple):
    """A template in all its languages."""

    name: str
    category: str
    topic: str
    use: str
    industries: tuple[str, ...]
    languages: dict[str, Words]


def _link(text: str) -> dict[str, Any]:
    return {"type": "URL", "text": text, "url": "https://www.example.com/{{1}}"}


def _call(text: str) -> dict[str, Any]:
    return {"type": "PHONE_NUMBER", "text": text, "phone_number": "+4930123456"}


def _answer(text: str) -> dict[str, Any]:
    return {"type": "QUICK_REPLY", "text": text}


TEXTS: tuple[LibraryText, ...] = (
    LibraryText(
        "departure_delay", "UTILITY", "TRAVEL_UPDATES", "DELAY_NOTICE", ("TRAVEL", "TRANSPORT"),
        {
            "en": Words(
                "Your trip {{1}} is delayed. It now leaves at {{2}} from {{3}}. We are sorry for the wait.",
                ("MA 123", "14:50", "gate B12"), "Delay", (_link("Current times"),),
            ),
            "de": Words(
                "Deine Reise {{1}} verspätet sich. Abfahrt ist jetzt um {{2}} Uhr, Ort: {{3}}. Wir bitten um Entschuldigung.",
                ("MA 123", "14:50", "Gate B12"), "Verspätung", (_link("Aktuelle Zeiten"),),
            ),
        },
    ),
    LibraryText(
        "ticket_ready", "UTILITY", "TRAVEL_UPDATES", "TICKET", ("TRAVEL", "EVENTS"),
        {
            "en": Words(
                "Your ticket for {{1}} on {{2}} is ready. Show it at the entrance.", ("Hamburg to Oslo", "3 May"),
                "Your ticket", (_link("Open ticket"),),
            ),
            "de": Words(
                "Dein Ticket für {{1}} am {{2}} ist da. Zeig es am Eingang vor.", ("Hamburg nach Oslo", "3. Mai"),
                "Dein Ticket", (_link("Ticket öffnen"),),
            ),
        },
    ),
    LibraryText(
        "appointment_reminder", "UTILITY", "EVENT_REMINDER", "APPOINTMENT_REMINDER", ("HEALTH", "SERVICES"),
        {
            "en": Words(
                "We look forward to seeing you on {{1}} at {{2}}. Can you come?", ("Tuesday", "10:30"), "Your appointment",
                (_answer("Yes, I will come"), _answer("Please move it")),
            ),
            "de": Words(
                "Wir freuen uns auf deinen Besuch am {{1}} um {{2}} Uhr. Kannst du kommen?", ("Dienstag", "10:30"),
                "Dein Termin", (_answer("Ja, ich komme"), _answer("Bitte verschieben")),
            ),
        },
    ),
    LibraryText(
        "appointment_cancelled", "UTILITY", "EVENT_REMINDER", "APPOINTMENT_CANCELLATION", ("HEALTH", "SERVICES"),
        {
            "en": Words(
                "We are sorry: your appointment on {{1}} at {{2}} cannot take place. Call us, and we find another one.",
                ("Tuesday", "10:30"), "", (_call("Call us"),),
            ),
            "de": Words(
                "Es tut uns leid: dein Termin am {{1}} um {{2}} Uhr muss ausfallen. Ruf an, und wir finden einen neuen.",
                ("Dienstag", "10:30"), "", (_call("Anrufen"),),
            ),
        },
    ),
    LibraryText(
        "order_confirmation", "UTILITY", "ORDER_MANAGEMENT", "ORDER_CONFIRMATION", ("E_COMMERCE", "RETAIL"),
        {
            "en": Words(
                "Thank you, {{1}}. We received your order {{2}} and are packing it.", ("Ada", "566701"), "Order received",
                (_link("See order"),),
            ),
            "de": Words(
                "Danke, {{1}}. Deine Bestellung {{2}} ist da, und wir packen sie.", ("Ada", "566701"), "Bestellung erhalten",
                (_link("Bestellung ansehen"),),
            ),
        },
    ),
    LibraryText(
        "order_shipped", "UTILITY", "ORDER_MANAGEMENT", "SHIPMENT_CONFIRMATION", ("E_COMMERCE", "RETAIL"),
        {
            "en": Words(
                "Your order {{1}} is on its way and should arrive on {{2}}.", ("566701", "Friday"), "On its way",
                (_link("Follow parcel"),),
            ),
            "de": Words(
                "Deine Bestellung {{1}} ist unterwegs und kommt voraussichtlich am {{2}} an.", ("566701", "Freitag"),
                "Unterwegs", (_link("Paket verfolgen"),),
            ),
        },
    ),
    LibraryText(
        "ready_for_collection", "UTILITY", "ORDER_MANAGEMENT", "ORDER_PICK_UP", ("E_COMMERCE", "RETAIL", "CITY"),
        {
            "en": Words(
                "Your order {{1}} is ready. You can collect it until {{2}} at our counter.", ("566701", "Saturday"),
                "Ready for you",
            ),
            "de": Words(
                "Deine Bestellung {{1}} liegt bereit. Du kannst sie bis {{2}} bei uns abholen.", ("566701", "Samstag"),
                "Abholbereit",
            ),
        },
    ),
    LibraryText(
        "invoice_available", "UTILITY", "PAYMENTS", "INVOICE", ("SERVICES", "ENERGY", "RETAIL"),
        {
            "en": Words(
                "Your invoice {{1}} over {{2}} is ready. Please pay it by {{3}} at the latest.",
                ("2026-117", "84.20 €", "31 May"), "Invoice", (_link("Open invoice"),),
            ),
            "de": Words(
                "Deine Rechnung {{1}} über {{2}} ist da. Bitte bezahle sie spätestens am {{3}} des Monats.",
                ("2026-117", "84,20 €", "31."), "Rechnung", (_link("Rechnung öffnen"),),
            ),
        },
    ),
    LibraryText(
        "payment_received", "UTILITY", "PAYMENTS", "PAYMENT_CONFIRMATION", ("SERVICES", "ENERGY", "RETAIL"),
        {
            "en": Words("We received your payment of {{1}} for invoice {{2}}. Thank you.", ("84.20 €", "2026-117")),
            "de": Words("Deine Zahlung über {{1}} zur Rechnung {{2}} ist angekommen. Danke.", ("84,20 €", "2026-117")),
        },
    ),
    LibraryText(
        "one_time_code", "AUTHENTICATION", "IDENTITY_VERIFICATION", "ONE_TIME_PASSWORD", ("BANKING", "SERVICES"),
        {
            "en": Words("*{{1}}* is your verification code. For your security, do not share this code.", ("123456",)),
            "de": Words(
                "*{{1}}* ist dein Verifizierungscode. Gib diesen Code zu deiner Sicherheit nicht weiter.", ("123456",)
            ),
        },
    ),
    LibraryText(
        "feedback_request", "UTILITY", "CUSTOMER_FEEDBACK", "FEEDBACK_SURVEY", ("SERVICES", "RETAIL", "HEALTH"),
        {
            "en": Words(
                "You were with us on {{1}}. How was it?", ("3 May",), "Your opinion",
                (_answer("Good"), _answer("Could be better")),
            ),
            "de": Words(
                "Du warst am {{1}} bei uns. Wie war es?", ("3. Mai",), "Deine Meinung",
                (_answer("Gut"), _answer("Geht besser")),
            ),
        },
    ),
    LibraryText(
        "opening_hours_changed", "UTILITY", "ACCOUNT_UPDATES", "OPENING_HOURS", ("CITY", "HEALTH", "RETAIL"),
        {
            "en": Words(
                "Our opening hours change: from {{1}} on we are here from {{2}} to {{3}} for you.",
                ("1 June", "09:00", "17:00"), "New opening hours",
            ),
            "de": Words(
                "Unsere Öffnungszeiten ändern sich: ab {{1}} sind wir von {{2}} bis {{3}} Uhr für dich da.",
                ("1. Juni", "9:00", "17:00"), "Neue Öffnungszeiten",
            ),
        },
    ),
    LibraryText(
        "request_received", "UTILITY", "CUSTOMER_SUPPORT", "REQUEST_RECEIVED", ("CITY", "SERVICES", "BANKING"),
        {
            "en": Words(
                "We received your request {{1}}. You will hear from us by {{2}} at the latest.", ("A-4711", "Thursday")
            ),
            "de": Words(
                "Deine Anfrage {{1}} ist bei uns. Du hörst spätestens am {{2}} von uns.", ("A-4711", "Donnerstag")
            ),
        },
    ),
    LibraryText(
        "service_disruption", "UTILITY", "ACCOUNT_UPDATES", "SERVICE_DISRUPTION", ("ENERGY", "CITY", "TELECOM"),
        {
            "en": Words(
                "There is a disruption in {{1}}. We expect that everything works again by {{2}} and keep you informed.",
                ("the old town", "18:00"), "Disruption", (_link("Current state"),),
            ),
            "de": Words(
                "In {{1}} gibt es eine Störung. Wir rechnen damit, dass bis {{2}} Uhr alles wieder läuft, und melden uns.",
                ("der Altstadt", "18:00"), "Störung", (_link("Aktueller Stand"),),
            ),
        },
    ),
)  # fmt: skip
