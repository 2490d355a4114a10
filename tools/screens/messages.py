"""What the company sends in the pictures: one message of each kind, with files that are drawn here."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from typing import Any

from company import Company
from PIL import Image, ImageDraw

TEXTS = {
    "en": {
        "question": "Good morning! Which gate does *MA 204* leave from?", "again": "And can I bring a bicycle?",
        "thanks": "Wonderful, see you on board.", "draft": "One more question:", "word": "bicycle", "reply": "Reply",
        "answers": ["Good morning Ines! Gate *B12*, on time.",
                    "Bicycles travel with us for 15 euros, see https://moewe-air.example/bicycles"],
        "photo": "Helgoland this morning", "ticket": "Your ticket, have a good trip.", "rebook": "Do you want to rebook?",
        "yes": "Yes, please", "no": "No", "seat": "Where would you like to sit?", "choose": "Choose a seat",
        "front": "Front", "back": "Back", "window": "by the window", "aisle": "by the aisle", "office": "Our desk",
        "pass": "Boarding pass Kiel - Helgoland", "fields": ["Seat", "Gate", "Boarding"], "routes": "Where to next?",
        "route": "From 39 euros, twice a day", "book": "Book",
        "page": "Bicycles on board", "about": "Book a place for your bicycle up to two hours before departure. Folding ones travel free.",
        "look": "Everything about bicycles:",
    },
    "de": {
        "question": "Moin! Von welchem Gate geht *MA 204*?", "again": "Und darf ein Fahrrad mit?",
        "thanks": "Wunderbar, bis gleich an Bord.", "draft": "Eine Frage noch:", "word": "fahrrad", "reply": "Antworten",
        "answers": ["Moin Ines! Gate *B12*, pünktlich.",
                    "Fahrräder reisen für 15 Euro mit, siehe https://moewe-air.example/fahrrad"],
        "photo": "Helgoland heute früh", "ticket": "Ihr Ticket, gute Reise.", "rebook": "Möchten Sie umbuchen?",
        "yes": "Ja, bitte", "no": "Nein", "seat": "Wo möchten Sie sitzen?", "choose": "Platz wählen",
        "front": "Vorn", "back": "Hinten", "window": "am Fenster", "aisle": "am Gang", "office": "Unser Schalter",
        "pass": "Bordkarte Kiel - Helgoland", "fields": ["Platz", "Gate", "Einstieg"], "routes": "Wohin als Nächstes?",
        "route": "Ab 39 Euro, zweimal täglich", "book": "Buchen",
        "page": "Fahrräder an Bord", "about": "Buchen Sie einen Platz für Ihr Fahrrad bis zwei Stunden vor Abflug. Falträder reisen frei.",
        "look": "Alles über Fahrräder:",
    },
}  # fmt: skip


def send_files(company: Company, to: str, language: str) -> None:
    """Send a photo, a ticket and an appointment."""
    words: dict[str, Any] = TEXTS[language]
    photo = company.upload("helgoland.jpg", "image/jpeg", drawn(sea(), "JPEG"))
    company.send(to, "image", {"id": photo, "caption": words["photo"]})
    ticket = company.upload("ticket.pdf", "application/pdf", drawn(boarding_pass(), "PDF"))
    company.send(to, "document", {"id": ticket, "filename": "Ticket MA 204.pdf", "caption": words["ticket"]})
    calendar = company.upload("flight.ics", "text/calendar", CALENDAR.encode())
    company.send(to, "document", {"id": calendar, "filename": "flight.ics"})


def send_link(company: Company, to: str, language: str) -> None:
    """Send a link to a page with a picture, and one to a page without."""
    words: dict[str, Any] = TEXTS[language]
    meta = {"og:title": words["page"], "og:description": words["about"]}
    head = "".join(f'<meta property="{name}" content="{value}">' for name, value in meta.items())
    company.publish("/photo.jpg", "image/jpeg", drawn(sea(), "JPEG"))
    company.publish(f"/plain-{language}", "text/html", f'<meta charset="utf-8">{head}'.encode())
    picture = '<meta property="og:image" content="/photo.jpg">'
    page = company.publish(f"/bicycles-{language}", "text/html", f'<meta charset="utf-8">{head}{picture}'.encode())
    for link in (page, page.replace("/bicycles", "/plain")):
        company.send(to, "text", {"body": f"{words['look']} {link}", "preview_url": True})


def send_choices(company: Company, to: str, language: str) -> None:
    """Send a place, a card, buttons and a list."""
    words: dict[str, Any] = TEXTS[language]
    place = {"latitude": 54.3795, "longitude": 10.1453, "name": "Kiel-Holtenau", "address": "Flughafenallee 7, Kiel"}
    company.send(to, "location", place)
    card = {
        "name": {"formatted_name": "Möwe Air", "first_name": "Möwe", "last_name": "Air"},
        "org": {"company": "Möwe Air GmbH", "title": words["office"]},
        "phones": [{"phone": "+49 431 9990100", "type": "WORK"}],
    }
    company.send(to, "contacts", [card])
    replies = [{"type": "reply", "reply": {"id": one, "title": words[one]}} for one in ("yes", "no")]
    company.send(
        to, "interactive", {"type": "button", "body": {"text": words["rebook"]}, "action": {"buttons": replies}}
    )
    sections = [
        {
            "title": words[title],
            "rows": [{"id": seat, "title": seat, "description": words[where]} for seat, where in rows],
        }
        for title, rows in (
            ("front", [("1A", "window"), ("1C", "aisle")]),
            ("back", [("20A", "window"), ("20C", "aisle")]),
        )
    ]
    action = {"button": words["choose"], "sections": sections}
    company.send(to, "interactive", {"type": "list", "body": {"text": words["seat"]}, "action": action})


def send_cards(company: Company, to: str, language: str) -> None:
    """Send a ticket for a wallet, a code to sign in, and routes side by side."""
    words: dict[str, Any] = TEXTS[language]
    ticket = company.upload("ma204.pkpass", "application/vnd.apple.pkpass", wallet_pass(words))
    company.send(to, "document", {"id": ticket, "filename": "ma204.pkpass"})
    company.create_code_template(language)
    code = [{"type": "text", "text": "482913"}]
    button = {"type": "button", "sub_type": "url", "index": "0", "parameters": code}
    template = {
        "name": "sign_in",
        "language": {"code": language},
        "components": [{"type": "body", "parameters": code}, button],
    }
    company.send(to, "template", template)
    photo = company.upload("sea.jpg", "image/jpeg", drawn(sea(), "JPEG"))
    cards = [
        {
            "card_index": index, "type": "cta_url", "header": {"type": "image", "image": {"id": photo}},
            "body": {"text": f"*{place}*\n{words['route']}"},
            "action": {"name": "cta_url", "parameters": {"display_text": words["book"], "url": f"https://moewe-air.example/{index}"}},
        }
        for index, place in enumerate(("Helgoland", "Sylt", "Bornholm"))
    ]  # fmt: skip
    company.send(to, "interactive", {"type": "carousel", "body": {"text": words["routes"]}, "action": {"cards": cards}})


def wallet_pass(words: dict[str, Any]) -> bytes:
    """Return a ticket as wallets take it."""
    fields = zip(words["fields"], ("12A", "B12", "13:50"), strict=True)
    content = {
        "formatVersion": 1,
        "organizationName": "Möwe Air",
        "description": words["pass"],
        "boardingPass": {"primaryFields": [{"key": name, "label": name, "value": value} for name, value in fields]},
        "barcodes": [{"format": "PKBarcodeFormatQR", "message": "MA204-12A", "messageEncoding": "iso-8859-1"}],
    }
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("pass.json", json.dumps(content))
    return file.getvalue()


CALENDAR = """BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//Moewe Air//Flights//EN\r
BEGIN:VEVENT\r
UID:ma204@moewe-air.example\r
DTSTAMP:20261101T080000Z\r
DTSTART:20261212T130500Z\r
DTEND:20261212T134000Z\r
SUMMARY:MA 204 to Helgoland\r
LOCATION:Flughafen Kiel\\, Gate B12\r
END:VEVENT\r
END:VCALENDAR\r
"""


def sea() -> Image.Image:
    """Return a picture of a red cliff in the sea."""
    picture = Image.new("RGB", (1200, 800), "#bfd9e6")
    draw = ImageDraw.Draw(picture)
    for y in range(420, 800):
        draw.line([(0, y), (1200, y)], fill=(31, 90 + (y - 420) // 8, 130 + (y - 420) // 12))
    draw.polygon([(420, 430), (470, 230), (700, 205), (1010, 240), (1120, 430)], fill="#a8452f")
    draw.polygon([(470, 230), (700, 205), (1010, 240), (1000, 262), (700, 230), (472, 250)], fill="#5d8a3c")
    draw.polygon([(340, 430), (356, 260), (392, 430)], fill="#9c3f2b")
    draw.ellipse([(960, 60), (1060, 160)], fill="#fbf0cf")
    return picture


def boarding_pass() -> Image.Image:
    """Return a page with a ticket on it."""
    page = Image.new("RGB", (1240, 1754), "white")
    draw = ImageDraw.Draw(page)
    draw.rectangle([(80, 80), (1160, 260)], fill="#1f6f8b")
    for line, (text, size) in enumerate(
        (("Boarding pass", 90), ("MA 204  Kiel - Helgoland", 60), ("12.12.2026  14:05  Gate B12", 60))
    ):
        draw.text((120, 110 + line * 190), text, fill="white" if line == 0 else "#222", font_size=size)
    return page


def drawn(picture: Image.Image, kind: str) -> bytes:
    """Return a picture as a file."""
    file = BytesIO()
    picture.save(file, kind)
    return file.getvalue()
