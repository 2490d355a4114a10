"""Every path that is offered, with its methods; `{id}` stands for a node. One row per path, written by hand."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from handschlag.gateway.cloud_api import nodes, oauth, operation
from handschlag.gateway.cloud_api.flows import account_flows, flow_assets, flow_life, flow_request
from handschlag.gateway.cloud_api.media import download, post_media, uploads
from handschlag.gateway.cloud_api.messages import post_message
from handschlag.gateway.cloud_api.messages.send_request import SendRequest
from handschlag.gateway.cloud_api.numbers import (
    accounts,
    analytics,
    block_users,
    business_profile,
    commerce,
    conversational,
    customers,
    encryption_key,
    me,
    message_qrdls,
    number_settings,
    phone_numbers,
    registration,
    safety_numbers,
)
from handschlag.gateway.cloud_api.openapi.document import describe
from handschlag.gateway.cloud_api.paths import ID, ITEM, UPLOAD
from handschlag.gateway.cloud_api.route import BYTES, MULTIPART, OpenRoute, Route
from handschlag.gateway.cloud_api.shapes import Fields, FieldsPage, Page
from handschlag.gateway.cloud_api.templates import (
    create_template,
    delete_templates,
    list_templates,
    template_library,
    template_nodes,
    template_sets,
)
from handschlag.gateway.cloud_api.webhooks import subscribed_apps, subscriptions, webhook_deliveries, webhook_events
from handschlag.gateway.cloud_api.webhooks.overrides import Override
from handschlag.gateway.webhooks.bodies import ascii_json

if TYPE_CHECKING:
    from aiohttp import web

    from handschlag.gateway.running import Running


async def read_openapi(_running: Running, _request: web.BaseRequest) -> object:
    """Return this document."""
    return openapi_text()


@cache
def openapi_text() -> bytes:
    """Return the document, written when it is first asked for."""
    return ascii_json(describe(ROUTES, OPEN_ROUTES))


ROUTES: dict[tuple[str, ...], dict[str, Route]] = {
    (): {"GET": Route(nodes.read_root, nodes.ReadNodes), "POST": Route(nodes.read_root, nodes.ReadNodes)},
    (ID,): {
        "GET": Route(nodes.read_node, nodes.ReadNode),
        "POST": Route(nodes.update_node, nodes.UPDATES),
        "DELETE": Route(nodes.delete_node, nodes.DeleteNode),
    },
    (ID, "media"): {"POST": Route(post_media.post_media, post_media.MediaForm, MULTIPART)},
    (ID, "uploads"): {"POST": Route(uploads.post_uploads, uploads.StartUpload)},
    (UPLOAD,): {
        "GET": Route(uploads.read_upload, uploads.UploadSession),
        "POST": Route(uploads.post_upload, uploads.UploadPiece, BYTES),
    },
    (ID, "messages"): {"POST": Route(post_message.post_message, SendRequest)},
    (ID, "phone_numbers"): {"GET": Route(phone_numbers.list_phone_numbers, phone_numbers.ListNumbers)},
    (ID, "request_code"): {"POST": Route(registration.post_request_code, registration.RequestCode)},
    (ID, "verify_code"): {"POST": Route(registration.post_verify_code, registration.VerifyCode)},
    (ID, "register"): {"POST": Route(registration.post_register, registration.Register)},
    (ID, "deregister"): {"POST": Route(registration.post_deregister)},
    (ID, "settings"): {
        "GET": Route(number_settings.read_settings, Fields),
        "POST": Route(number_settings.change_settings, number_settings.ChangeSettings),
    },
    (ID, "conversational_automation"): {
        "GET": Route(conversational.get_conversational),
        "POST": Route(conversational.post_conversational, conversational.ChangeConversational),
    },
    (ID, "message_qrdls"): {
        "GET": Route(message_qrdls.list_message_qrdls, message_qrdls.ListLinks),
        "POST": Route(message_qrdls.post_message_qrdl, message_qrdls.PostLink),
        "DELETE": Route(message_qrdls.delete_message_qrdl, message_qrdls.DeleteLink),
    },
    (ID, "message_qrdls", ITEM): {
        "GET": Route(message_qrdls.list_message_qrdls, message_qrdls.ListLinks),
        "DELETE": Route(message_qrdls.delete_message_qrdl, message_qrdls.DeleteLink),
    },
    (ID, "block_users"): {
        "GET": Route(block_users.list_blocked_users, Page),
        "POST": Route(block_users.block_users, block_users.BlockUsers),
        "DELETE": Route(block_users.unblock_users, block_users.BlockUsers),
    },
    (ID, "customers", ITEM): {"DELETE": Route(customers.delete_customer)},
    (ID, "safety_number"): {"GET": Route(safety_numbers.read_safety_number, safety_numbers.ReadSafetyNumber)},
    (ID, "whatsapp_business_encryption"): {
        "GET": Route(encryption_key.read_encryption_key),
        "POST": Route(encryption_key.set_encryption_key, encryption_key.BusinessKey),
    },
    (ID, "whatsapp_commerce_settings"): {
        "GET": Route(commerce.read_commerce_settings),
        "POST": Route(commerce.change_commerce_settings, commerce.CommerceSettings),
    },
    (ID, "template_analytics"): {"GET": Route(analytics.read_template_analytics, analytics.TemplateAnalytics)},
    (ID, "assigned_users"): {
        "GET": Route(accounts.read_assigned_users, Page),
        "POST": Route(accounts.change_assigned_users, accounts.AssignedUser),
        "DELETE": Route(accounts.change_assigned_users, accounts.AssignedUser),
    },
    (ID, "owned_whatsapp_business_accounts"): {"GET": Route(accounts.list_accounts, FieldsPage)},
    (ID, "assigned_whatsapp_business_accounts"): {"GET": Route(accounts.list_accounts, FieldsPage)},
    (ID, "client_whatsapp_business_accounts"): {"GET": Route(accounts.list_client_accounts)},
    ("me",): {"GET": Route(me.read_me, Fields)},
    ("me", "businesses"): {"GET": Route(me.list_businesses, Page)},
    ("me", "permissions"): {"GET": Route(me.list_permissions)},
    (ID, "whatsapp_business_profile"): {
        "GET": Route(business_profile.read_business_profile, Fields),
        "POST": Route(business_profile.change_business_profile, business_profile.ChangeProfile),
    },
    (ID, "message_templates"): {
        "GET": Route(list_templates.list_message_templates, list_templates.ListTemplates),
        "POST": Route(create_template.create_message_template, create_template.CreateTemplate),
        "DELETE": Route(delete_templates.delete_message_templates, delete_templates.DeleteTemplates),
    },
    (ID, "message_templates", ITEM): {
        "GET": Route(nodes.read_item, Fields),
        "POST": Route(template_sets.archive_templates),
    },
    (ID, "upsert_message_templates"): {
        "POST": Route(template_sets.upsert_message_templates, template_sets.UpsertTemplates)
    },
    (ID, "migrate_message_templates"): {"POST": Route(template_sets.migrate_templates)},
    (ID, "message_template_previews"): {
        "GET": Route(template_sets.preview_message_templates, template_sets.PreviewTemplates)
    },
    (ID, "unpause"): {"POST": Route(template_nodes.unpause_template)},
    (ID, "compare"): {"GET": Route(template_nodes.compare_templates)},
    ("message_template_library",): {"GET": Route(template_library.list_library, template_library.ListLibrary)},
    (ID, "subscribed_apps"): {
        "GET": Route(subscribed_apps.read_subscribed_apps),
        "POST": Route(subscribed_apps.subscribe_app, Override),
        "DELETE": Route(subscribed_apps.unsubscribe_app),
    },
    (ID, "subscriptions"): {
        "GET": Route(subscriptions.read_subscriptions),
        "POST": Route(subscriptions.create_subscription, subscriptions.CreateSubscription),
        "DELETE": Route(subscriptions.delete_subscriptions, subscriptions.DeleteSubscriptions),
    },
    (ID, "webhook_deliveries"): {"GET": Route(webhook_deliveries.list_deliveries, webhook_deliveries.ListDeliveries)},
    (ID, "webhook_deliveries", ITEM): {
        "GET": Route(webhook_deliveries.read_delivery),
        "POST": Route(webhook_deliveries.replay_delivery, webhook_deliveries.ReplayDelivery),
    },
    (ID, "webhook_replay"): {"POST": Route(webhook_deliveries.replay_deliveries, webhook_deliveries.ReplayDeliveries)},
    (ID, "webhook_events"): {"GET": Route(webhook_events.read_events, webhook_events.ReadEvents)},
    (ID, "flows"): {
        "GET": Route(account_flows.get_flows, FieldsPage),
        "POST": Route(account_flows.post_flow, flow_request.CreateFlow),
    },
    (ID, "migrate_flows"): {"POST": Route(account_flows.migrate_flows)},
    (ID, "assets"): {
        "GET": Route(flow_assets.get_assets),
        "POST": Route(flow_assets.post_asset, flow_assets.AssetForm, MULTIPART),
    },
    (ID, "publish"): {"POST": Route(flow_life.post_publish)},
    (ID, "deprecate"): {"POST": Route(flow_life.post_deprecate)},
    ("debug_token",): {"GET": Route(oauth.debug_token, oauth.DebugToken)},
}

# What needs no token: an operator's probes, and the way to one.
OPEN_ROUTES: dict[tuple[str, ...], OpenRoute] = {
    ("attachments",): OpenRoute(download.read_attachment, download.SignedAddress, answer="*/*"),
    ("health",): OpenRoute(operation.health),
    ("metrics",): OpenRoute(operation.metrics, answer="text/plain"),
    ("openapi.json",): OpenRoute(read_openapi),
    ("oauth", "access_token"): OpenRoute(oauth.issue_access_token, oauth.IssueToken),
    # Signed, and for five minutes.
    (ID, "assets", ITEM): OpenRoute(flow_assets.download_asset, flow_assets.SignedAsset),
}
