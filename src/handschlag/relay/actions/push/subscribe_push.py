"""Where a customer's device can be woken: stored, shown, forgotten, tried."""

from __future__ import annotations

from base64 import urlsafe_b64decode

from cryptography.hazmat.primitives.asymmetric import ec

from handschlag.relay.context import Context
from handschlag.relay.errors import BadRequest, Forbidden, NotFound, RateLimited
from handschlag.relay.mailroom import Address
from handschlag.relay.rules.push_endpoint import check_endpoint, check_keys
from handschlag.relay.rules.quiet_hours import check_quiet_hours, still_muted
from handschlag.relay.storage.push import find_subscription, forget_subscription, put_subscription
from handschlag.wire.limits import MUTED_COMPANIES
from handschlag.wire.push import PushState, PushSubscription, PushTest


async def subscribe_push(context: Context, device: Address, subscription: PushSubscription) -> None:
    """Wake this device there from now on; raises WireError and BadRequest for what no browser says."""
    account = await context.directory.find_account(device.account)
    if account is None or account.kind != "customer":
        raise Forbidden("only customers' devices are woken")
    check_endpoint(subscription.endpoint, context.settings.push_origins)
    check_keys(subscription.p256dh, subscription.auth)
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), urlsafe_b64decode(subscription.p256dh + "="))
    except ValueError:
        raise BadRequest("no point on P-256", field="p256dh", limit="a public key on P-256") from None
    if subscription.quiet_hours is not None:
        check_quiet_hours(subscription.quiet_hours)
    if len(subscription.muted) > MUTED_COMPANIES:
        seen, limit = f"{len(subscription.muted)} companies", f"at most {MUTED_COMPANIES}"
        raise BadRequest("too many companies", field="muted", seen=seen, limit=limit)
    now = context.clock.now()
    kept = PushSubscription(
        endpoint=subscription.endpoint,
        p256dh=subscription.p256dh,
        auth=subscription.auth,
        quiet_hours=subscription.quiet_hours,
        muted=still_muted(subscription.muted, now),
    )
    others = await context.store.write(
        lambda connection: put_subscription(connection, device.mailbox, device.account, kept, now=now)
    )
    for box in others:
        context.wake_ups.unsubscribe(box)
    context.wake_ups.subscribe(device.mailbox)


async def show_push(context: Context, device: Address) -> PushState:
    """Return where this device is woken."""
    return PushState(await context.store.read(lambda connection: find_subscription(connection, device.mailbox)))


async def unsubscribe_push(context: Context, device: Address) -> None:
    """Wake this device no more."""
    await context.store.write(lambda connection: forget_subscription(connection, device.mailbox))
    context.wake_ups.unsubscribe(device.mailbox)


async def test_push(context: Context, device: Address) -> PushTest:
    """Wake this device at once, quiet hours or not: somebody waits for it."""
    wait = context.limits.push_tests.wait_for(device.account, context.clock.now())
    if wait:
        raise RateLimited(f"too many tests; again in {wait:.1f} s", retry_after=wait)
    outcome = await context.wake_ups.test(device.mailbox)
    if outcome is None:
        raise NotFound("this device is not woken anywhere")
    return PushTest(outcome.kind)
