"""Limits of an outgoing request, as the Cloud API states them."""

TEXT_CHARACTERS = 4096
CALLBACK_DATA_CHARACTERS = 512
TEMPLATE_NAME_CHARACTERS = 512
PAGE_ROWS = 100
