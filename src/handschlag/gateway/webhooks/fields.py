"""Names of the fields a subscription may ask for."""

from __future__ import annotations

# What a program that names no fields is told, as far as it happens here. Any other name may be asked for, and is never told.
ALL_FIELDS = (
    "messages",
    "message_template_status_update",
    "message_template_quality_update",
    "message_template_components_update",
    "template_category_update",
    "user_preferences",
    "phone_number_name_update",
    "phone_number_quality_update",
    "account_update",
    "account_alerts",
    "security",
    "flows",
)
