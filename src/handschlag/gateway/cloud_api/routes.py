"""Every path that is offered, with its methods; `{id}` stands for a node. One row per path, written by hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from handschlag.gateway.cloud_api import nodes, oauth, operation
from handschlag.gateway.cloud_api.call import Call
from handschlag.gateway.cloud_api.flows import account_flows, flow_assets, flow_life
from handschlag.gateway.cloud_api.media import download, post_media, uploads
from handschlag.gateway.cloud_api.messages import post_message
from handschlag.gateway.cloud_api.numbers import (
    accounts,
    analytics,
    block_users,
    business_profile,
    commerce,
    conversational,
    encryption_key,
    me,
    message_qrdls,
    number_settings,
    phone_numbers,
    registration,
)
from handschlag.gateway.cloud_api.paths import ID, ITEM, UPLOAD
from handschlag.gateway.cloud_api.templates import (
    create_template,
    delete_templates,
    list_templates,
    template_library,
    template_nodes,
    template_sets,
)
from handschlag.gateway.cloud_api.webhooks import subscribed_apps, subscriptions, webhook_deliveries, webhook_events

if TYPE_CHECKING:
    from aiohttp import web

    from handschlag.gateway.running import Running

Handler = Callable[[Call], Awaitable[object]]

ROUTES: dict[tuple[str, ...], dict[str, Handler]] = {
    (): {"GET": nodes.read_root, "POST": nodes.read_root},
    (ID,): {"GET": nodes.read_node, "POST": nodes.update_node, "DELETE": nodes.delete_node},
    (ID, "media"): {"POST": post_media.post_media},
    (ID, "uploads"): {"POST": uploads.post_uploads},
    (UPLOAD,): {"GET": uploads.read_upload, "POST": uploads.post_upload},
    (ID, "messages"): {"POST": post_message.post_message},
    (ID, "phone_numbers"): {"GET": phone_numbers.list_phone_numbers},
    (ID, "request_code"): {"POST": registration.post_request_code},
    (ID, "verify_code"): {"POST": registration.post_verify_code},
    (ID, "register"): {"POST": registration.post_register},
    (ID, "deregister"): {"POST": registration.post_deregister},
    (ID, "settings"): {"GET": number_settings.read_settings, "POST": number_settings.change_settings},
    (ID, "conversational_automation"): {
        "GET": conversational.get_conversational,
        "POST": conversational.post_conversational,
    },
    (ID, "message_qrdls"): {
        "GET": message_qrdls.list_message_qrdls,
        "POST": message_qrdls.post_message_qrdl,
        "DELETE": message_qrdls.delete_message_qrdl,
    },
    (ID, "message_qrdls", ITEM): {"GET": message_qrdls.list_message_qrdls, "DELETE": message_qrdls.delete_message_qrdl},
    (ID, "block_users"): {
        "GET": block_users.list_blocked_users,
        "POST": block_users.block_users,
        "DELETE": block_users.unblock_users,
    },
    (ID, "whatsapp_business_encryption"): {
        "GET": encryption_key.read_encryption_key,
        "POST": encryption_key.set_encryption_key,
    },
    (ID, "whatsapp_commerce_settings"): {
        "GET": commerce.read_commerce_settings,
        "POST": commerce.change_commerce_settings,
    },
    (ID, "template_analytics"): {"GET": analytics.read_template_analytics},
    (ID, "assigned_users"): {
        "GET": accounts.read_assigned_users,
        "POST": accounts.change_assigned_users,
        "DELETE": accounts.change_assigned_users,
    },
    (ID, "owned_whatsapp_business_accounts"): {"GET": accounts.list_accounts},
    (ID, "assigned_whatsapp_business_accounts"): {"GET": accounts.list_accounts},
    (ID, "client_whatsapp_business_accounts"): {"GET": accounts.list_client_accounts},
    ("me",): {"GET": me.read_me},
    ("me", "businesses"): {"GET": me.list_businesses},
    ("me", "permissions"): {"GET": me.list_permissions},
    (ID, "whatsapp_business_profile"): {
        "GET": business_profile.read_business_profile,
        "POST": business_profile.change_business_profile,
    },
    (ID, "message_templates"): {
        "GET": list_templates.list_message_templates,
        "POST": create_template.create_message_template,
        "DELETE": delete_templates.delete_message_templates,
    },
    (ID, "message_templates", ITEM): {"GET": nodes.read_item, "POST": template_sets.archive_templates},
    (ID, "upsert_message_templates"): {"POST": template_sets.upsert_message_templates},
    (ID, "migrate_message_templates"): {"POST": template_sets.migrate_templates},
    (ID, "message_template_previews"): {"GET": template_sets.preview_message_templates},
    (ID, "unpause"): {"POST": template_nodes.unpause_template},
    (ID, "compare"): {"GET": template_nodes.compare_templates},
    ("message_template_library",): {"GET": template_library.list_library},
    (ID, "subscribed_apps"): {
        "GET": subscribed_apps.read_subscribed_apps,
        "POST": subscribed_apps.subscribe_app,
        "DELETE": subscribed_apps.unsubscribe_app,
    },
    (ID, "subscriptions"): {
        "GET": subscriptions.read_subscriptions,
        "POST": subscriptions.create_subscription,
        "DELETE": subscriptions.delete_subscriptions,
    },
    (ID, "webhook_deliveries"): {"GET": webhook_deliveries.list_deliveries},
    (ID, "webhook_deliveries", ITEM): {
        "GET": webhook_deliveries.read_delivery,
        "POST": webhook_deliveries.replay_delivery,
    },
    (ID, "webhook_replay"): {"POST": webhook_deliveries.replay_deliveries},
    (ID, "webhook_events"): {"GET": webhook_events.read_events},
    (ID, "flows"): {"GET": account_flows.get_flows, "POST": account_flows.post_flow},
    (ID, "migrate_flows"): {"POST": account_flows.migrate_flows},
    (ID, "assets"): {"GET": flow_assets.get_assets, "POST": flow_assets.post_asset},
    (ID, "publish"): {"POST": flow_life.post_publish},
    (ID, "deprecate"): {"POST": flow_life.post_deprecate},
    ("debug_token",): {"GET": oauth.debug_token},
}

# What needs no token: an operator's probes, and the way to one.
OPEN_ROUTES: dict[tuple[str, ...], Callable[[Running, web.BaseRequest], Awaitable[object]]] = {
    ("attachments",): download.read_attachment,
    ("health",): operation.health,
    ("metrics",): operation.metrics,
    ("oauth", "access_token"): oauth.issue_access_token,
    # Signed, and for five minutes.
    (ID, "assets", ITEM): flow_assets.download_asset,
}
