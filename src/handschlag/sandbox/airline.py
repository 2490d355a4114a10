"""Möwe Air, the demo airline: profile, offer and templates, as a company would write them."""

from __future__ import annotations

from handschlag.gateway.actions.companies.set_offer import OfferDraft
from handschlag.gateway.actions.templates.add_template import TemplateDraft
from handschlag.wire.consent import Controller, Language, OfferedPurpose

NAME = "Möwe Air"
HANDLE = "moewe-air"
NUMBER = "+49 431 9990100"

PROFILE: dict[str, object] = {
    "about": "Kurze Wege, weite Blicke.",
    "description": (
        "Eine kleine Fluglinie zwischen Ostsee und Nordsee, erfunden für diese Vorführung. "
        "A small airline between the Baltic and the North Sea, made up for this demonstration."
    ),
    "address": "Flughafenallee 7, 24159 Kiel",
    "email": "hallo@moewe-air.example",
    "websites": ["https://moewe-air.example"],
    "vertical": "TRAVEL",
    "opening_hours": {"en": "Every day, 6:00 to 22:00", "de": "Täglich, 6:00 bis 22:00 Uhr"},
    "colour": "#1f6f8b",
    "listed": True,
}

PROMPTS = ["Wann geht mein Flug?", "Ich brauche mein Ticket noch einmal.", "Wie viel Gepäck darf mit?"]

_NOTICE: dict[Language, str] = {
    "en": (
        "Möwe Air GmbH would like to write to you in Handschlag, for the purposes you tick. We use your messenger "
        "address and the name you give us, and nothing else. Messages are end-to-end encrypted; our own gateway opens "
        "them. We keep them as long as stated beside each purpose, then erase them. Agreeing is voluntary: every flight "
        "can be flown without it. You can withdraw any purpose or all of them at any time with one tap in our profile; "
        "what was sent before stays lawful. You may ask what we keep, have it corrected or erased, and complain to the "
        "data protection authority of Schleswig-Holstein."
    ),
    "de": (
        "Die Möwe Air GmbH möchte Ihnen in Handschlag schreiben, und zwar zu den Zwecken, die Sie ankreuzen. Wir "
        "verwenden dafür Ihre Messenger-Adresse und den Namen, den Sie uns nennen, sonst nichts. Die Nachrichten sind "
        "Ende-zu-Ende-verschlüsselt; geöffnet werden sie auf unserem eigenen Gateway. Wir bewahren sie so lange auf, "
        "wie neben dem Zweck steht, und löschen sie dann. Ihre Einwilligung ist freiwillig: Jeder Flug lässt sich auch "
        "ohne sie antreten. Sie können jeden Zweck einzeln oder alle jederzeit mit einem Fingertipp in unserem Profil "
        "widerrufen; was davor gesendet wurde, bleibt rechtmäßig. Sie können Auskunft, Berichtigung und Löschung "
        "verlangen und sich beim Landesdatenschutz Schleswig-Holstein beschweren."
    ),
}

_WITHDRAW: dict[Language, str] = {
    "en": "Open our profile and switch the purpose off, or tap “Stop notifications”.",
    "de": "Öffnen Sie unser Profil und schalten Sie den Zweck aus, oder tippen Sie auf „Benachrichtigungen beenden“.",
}

OFFER = OfferDraft(
    controller=Controller(
        name="Möwe Air GmbH",
        address="Flughafenallee 7, 24159 Kiel",
        contact="hallo@moewe-air.example",
        data_protection_contact="datenschutz@moewe-air.example",
    ),
    purposes=[
        OfferedPurpose(
            purpose="utility",
            legal_basis="GDPR Art. 6(1)(a)",
            cap_per_day=100,
            cap_per_month=1000,
            retention_days=90,
            description={
                "en": "Your flights: departure times, gates, delays, your ticket",
                "de": "Ihre Flüge: Abflugzeiten, Gates, Verspätungen, Ihr Ticket",
            },
        ),
        OfferedPurpose(
            purpose="authentication",
            legal_basis="GDPR Art. 6(1)(a)",
            cap_per_day=50,
            cap_per_month=500,
            retention_days=7,
            description={"en": "Codes for signing in to your booking", "de": "Codes zum Anmelden bei Ihrer Buchung"},
        ),
        OfferedPurpose(
            purpose="marketing",
            legal_basis="GDPR Art. 6(1)(a), UWG § 7(2)",
            cap_per_day=10,
            cap_per_month=40,
            retention_days=30,
            description={"en": "Advertising: offers and new routes", "de": "Werbung: Angebote und neue Strecken"},
        ),
        OfferedPurpose(
            purpose="status",
            legal_basis="GDPR Art. 6(1)(a)",
            cap_per_day=3,
            cap_per_month=30,
            retention_days=30,
            description={
                "en": "News about strikes, storms and closed airports",
                "de": "Meldungen zu Streiks, Sturm und gesperrten Flughäfen",
            },
        ),
    ],
    notice=_NOTICE,
    withdraw=_WITHDRAW,
)

_BUTTONS = {
    "en_US": "Show my ticket",
    "de": "Ticket anzeigen",
}

_DEPARTURE = {
    "en_US": ("Flight {{1}}", "Hello {{1}}, your flight to {{2}} leaves at {{3}} from gate {{4}}. Boarding ends 15 minutes before."),
    "de": ("Flug {{1}}", "Hallo {{1}}, Ihr Flug nach {{2}} startet um {{3}} Uhr an Gate {{4}}. Das Boarding endet 15 Minuten vorher."),
}  # fmt: skip


def templates() -> list[TemplateDraft]:
    """Return the templates beside `hello_world`: departure and the news, in English and German."""
    return [
        TemplateDraft(
            name="departure",
            language=language,
            category="UTILITY",
            domain="moewe-air.example",
            components=[
                {"type": "HEADER", "format": "TEXT", "text": header, "example": {"header_text": ["MA 204"]}},
                {"type": "BODY", "text": body, "example": {"body_text": [["Ines", "Helgoland", "14:05", "B12"]]}},
                {"type": "FOOTER", "text": NAME},
                {
                    "type": "BUTTONS",
                    "buttons": [
                        {
                            "type": "URL",
                            "text": _BUTTONS[language],
                            "url": "https://moewe-air.example/ticket/{{1}}",
                            "example": ["https://moewe-air.example/ticket/8KX2"],
                        }
                    ],
                },
            ],
        )
        for language, (header, body) in _DEPARTURE.items()
    ] + [
        TemplateDraft(
            name="new_route",
            language="en_US",
            category="MARKETING",
            components=[{"type": "BODY", "text": "New: fly to {{1}} from {{2}} euros.", "example": {"body_text": [["Sylt", "39"]]}}],
        )
    ]  # fmt: skip
