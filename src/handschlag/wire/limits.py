"""The numbers both ends agree on; the relay refuses what exceeds them, with the number in its answer."""

FRAME_BYTES = 4 * 1024 * 1024
ENVELOPES_PER_FRAME = 200
HTTP_BODY_BYTES = 1024 * 1024
RECORD_BYTES = 16 * 1024
# A file of 100 MiB, and 16 bytes for each 64 KiB of it (spec/encryption.md section 6).
MEDIA_BYTES = 100 * 1024 * 1024
SEALED_MEDIA_BYTES = MEDIA_BYTES + 1600 * 16
# Files that come in several requests: how many an account may have begun, and how long the beginning of one stays.
UPLOADS_PER_ACCOUNT = 32
UPLOAD_SECONDS = 86_400
# A company's profile picture, which is no secret and not sealed.
PICTURE_BYTES = 512 * 1024
# A backup's parts, and the two sealed texts that go with them (spec/wire.md section 6).
BACKUP_PART_BYTES = 1000 * 1024
BACKUP_PARTS = 2000
BACKUP_IDENTITY_CHARACTERS = 32 * 1024
BACKUP_CONTENTS_CHARACTERS = 512 * 1024
BACKUPS_PER_ACCOUNT = 8
# Where a browser can be woken; push services' addresses have about 200 characters.
PUSH_ENDPOINT_CHARACTERS = 1000
MUTED_COMPANIES = 500
KEY_OBJECT_BYTES = 8 * 1024
DEVICES_PER_ACCOUNT = 10
# A place where two devices that are being linked leave sealed messages for each other.
LINK_SECONDS = 600
LINK_MESSAGES = 16
LINK_MESSAGE_BYTES = 16 * 1024
ONE_TIME_KEYS_PER_DEVICE = 100
ONE_TIME_KEYS_WANTED = 50
UNACKNOWLEDGED_EVENTS = 1000
# A device that is slow holds up this much of the relay's memory and no more.
UNACKNOWLEDGED_BYTES = 4 * 1024 * 1024
MAILBOX_EVENTS = 20_000

DAY = 86_400
ENVELOPE_SECONDS = 30 * DAY
WINDOW_SECONDS = DAY
CONVERSATION_SECONDS = 30 * DAY
APPROVAL_SECONDS = 7 * DAY
TOKEN_SECONDS = DAY
CHALLENGE_SECONDS = 60
# The year 9999: a time beyond it fits neither every database nor every calendar.
LATEST_TIME = 253_402_300_799

# Sizes of a sealed content after padding: the relay learns the bucket, never the length.
BUCKETS = (256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536)
# An Olm payload repeats the sender's signed device keys and a header around the content, then is base64.
SEALED_OVERHEAD_BYTES = 6 * 1024
# An Olm body nests three deep; a deeper one would break the parser of whoever receives it.
BODY_BRACKETS = 16
