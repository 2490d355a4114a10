"""Every call of the relay, one row each (spec/wire.md section 2)."""

from __future__ import annotations

from aiohttp import web

from handschlag.relay.http import (
    accounts,
    backups,
    companies,
    consent,
    devices,
    links,
    media,
    operations,
    pictures,
    reports,
)
from handschlag.relay.live.socket import get_live

ROUTES = [
    web.get("/health", operations.get_health),
    web.get("/metrics", operations.get_metrics),
    web.get("/v1/relay", operations.get_relay),
    web.post("/v1/accounts", accounts.post_account),
    web.post("/v1/devices", devices.post_device),
    web.get("/v1/devices", devices.get_devices),
    web.delete("/v1/devices/{device}", devices.delete_device),
    web.post("/v1/links", links.post_link),
    web.put("/v1/links/{id}/{number}", links.put_message),
    web.get("/v1/links/{id}/{number}", links.get_message),
    web.delete("/v1/links/{id}", links.delete_link),
    web.post("/v1/auth/challenge", accounts.post_challenge),
    web.post("/v1/auth/token", accounts.post_token),
    web.post("/v1/keys/upload", accounts.post_keys),
    web.post("/v1/keys/device_signing/upload", accounts.post_signing_keys),
    web.post("/v1/keys/signatures/upload", accounts.post_signatures),
    web.post("/v1/keys/query", accounts.post_query),
    web.post("/v1/keys/claim", accounts.post_claim),
    web.get("/v1/companies/{name}", companies.get_card),
    web.get("/v1/companies/{name}/picture", pictures.get_picture),
    web.get("/v1/companies/{name}/templates", companies.get_template_texts),
    web.put("/v1/company/profile", companies.put_profile),
    web.put("/v1/company/offer", companies.put_offer),
    web.put("/v1/company/picture", pictures.put_picture),
    web.post("/v1/company/templates", companies.post_template),
    web.get("/v1/company/templates", companies.get_template_states),
    web.post("/v1/consent/grants", consent.post_grant),
    web.post("/v1/consent/withdrawals", consent.post_withdrawal),
    web.get("/v1/consent", consent.get_consents),
    web.put("/v1/blocks/{business}", consent.put_block),
    web.delete("/v1/blocks/{business}", consent.delete_block),
    web.post("/v1/reports", reports.post_report),
    web.post("/v1/media", media.post_media),
    web.get("/v1/media/{id}", media.get_media),
    web.delete("/v1/media/{id}", media.delete_media),
    web.get("/v1/backups", backups.get_backups),
    web.put("/v1/backups/{id}", backups.put_backup),
    web.get("/v1/backups/{id}", backups.get_backup),
    web.delete("/v1/backups/{id}", backups.delete_backup),
    web.put("/v1/backups/{id}/parts/{part}", backups.put_part),
    web.get("/v1/backups/{id}/parts/{part}", backups.get_part),
    web.get("/v1/live", get_live),
]
