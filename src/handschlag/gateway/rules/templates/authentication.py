"""The words of one-time codes: fixed for each language, so that a code's message can say nothing else."""

from __future__ import annotations

from typing import NamedTuple

FEWEST_MINUTES, MOST_MINUTES = 1, 90


class CodeWords(NamedTuple):
    """The sentences of one language; `{minutes}` is filled in when a template is made."""

    body: str
    security: str
    footer: str
    button: str
    autofill: str


# One row per language; a variant like en_GB uses its language's.
CODE_WORDS: dict[str, CodeWords] = {
    "en": CodeWords(
        "*{{1}}* is your verification code.", "For your security, do not share this code.",
        "This code expires in {minutes} minutes.", "Copy code", "Autofill",
    ),
    "de": CodeWords(
        "*{{1}}* ist dein Verifizierungscode.", "Gib diesen Code zu deiner Sicherheit nicht weiter.",
        "Dieser Code läuft in {minutes} Minuten ab.", "Code kopieren", "Einsetzen",
    ),
    "fr": CodeWords(
        "*{{1}}* est votre code de vérification.", "Pour votre sécurité, ne le partagez pas.",
        "Ce code expire dans {minutes} minutes.", "Copier le code", "Remplir",
    ),
    "es": CodeWords(
        "*{{1}}* es tu código de verificación.", "Por tu seguridad, no lo compartas.",
        "Este código caduca en {minutes} minutos.", "Copiar código", "Rellenar",
    ),
    "it": CodeWords(
        "*{{1}}* è il tuo codice di verifica.", "Per la tua sicurezza, non condividerlo.",
        "Questo codice scade tra {minutes} minuti.", "Copia codice", "Inserisci",
    ),
    "nl": CodeWords(
        "*{{1}}* is je verificatiecode.", "Deel deze code voor je veiligheid met niemand.",
        "Deze code verloopt over {minutes} minuten.", "Code kopiëren", "Invullen",
    ),
    "pl": CodeWords(
        "*{{1}}* to Twój kod weryfikacyjny.", "Dla bezpieczeństwa nie udostępniaj go nikomu.",
        "Kod wygasa za {minutes} min.", "Kopiuj kod", "Wypełnij",
    ),
    "pt": CodeWords(
        "*{{1}}* é o seu código de verificação.", "Para sua segurança, não o compartilhe.",
        "Este código expira em {minutes} minutos.", "Copiar código", "Preencher",
    ),
    "tr": CodeWords(
        "*{{1}}* doğrulama kodunuzdur.", "Güvenliğiniz için bu kodu paylaşmayın.",  # noqa: RUF001
        "Bu kodun süresi {minutes} dakika içinde dolar.", "Kodu kopyala", "Doldur",
    ),
    "da": CodeWords(
        "*{{1}}* er din bekræftelseskode.", "Del ikke koden med andre.",
        "Koden udløber om {minutes} minutter.", "Kopiér kode", "Udfyld",
    ),
}  # fmt: skip


def code_words(language: str) -> CodeWords | None:
    """Return the words of a language or of the one it is a variant of."""
    return CODE_WORDS.get(language) or CODE_WORDS.get(language.partition("_")[0])


def code_body(words: CodeWords, *, security: bool) -> str:
    """Return the body's text."""
    return f"{words.body} {words.security}" if security else words.body
