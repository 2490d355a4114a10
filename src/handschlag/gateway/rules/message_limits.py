"""Limits of an outgoing request, as the Cloud API states them, and of a sealed body."""

TEXT_CHARACTERS = 4096
CALLBACK_DATA_CHARACTERS = 512
TEMPLATE_NAME_CHARACTERS = 512
IDENTITY_HASH_CHARACTERS = 128
MESSAGE_ID_CHARACTERS = 128
PAGE_ROWS = 100
REACTION_SECONDS = 30 * 86_400
# The largest bucket of a sealed content is 64 KiB; header, salt and the pointers of files need the rest.
BODY_BYTES = 63 * 1024
# What a file adds when its pointer takes the place of its id or link.
POINTER_BYTES = 400
