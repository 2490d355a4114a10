"""Finds the template a program names, approved and fresh, or says why it cannot be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handschlag.gateway.errors import CodedError, NotNow, TemplateMismatch, TemplateUnknown, shown

if TYPE_CHECKING:
    from handschlag.gateway.company import Company, ReadyTemplate
    from handschlag.gateway.rules.customer_ids import Recipient
    from handschlag.gateway.running import Running

_PAUSED = 132015
_DISABLED = 132016
_NO_USER_IDS = 131062


async def find_template(running: Running, company: Company, name: str, language: str, now: float) -> ReadyTemplate:
    """Return the template with an approval in force; one that ended is renewed first."""
    key = (name, language.replace("-", "_"))
    template = company.templates.get(key)
    if template is None:
        # It may have been added on the command line a moment ago.
        await running.refresh()
        template = company.templates.get(key)
    if template is None:
        others = sorted(lang for known, lang in company.templates if known == name)
        known = f"it exists in {', '.join(others)}" if others else "no template has this name"
        raise TemplateUnknown(f"template name ({name[:80]}) does not exist in {language[:20]}: {known}")
    if template.row.status == "PENDING" and not template.row.submitted:
        # It was made a moment ago: where templates are approved at once, a program may send at once.
        await company.publish_now()
        template = company.templates.get(key, template)
    status = template.row.status
    if status == "PAUSED":
        raise TemplateMismatch(
            _PAUSED, f"template {name} ({language}) is paused: {template.row.reason or 'no reason given'}"
        )
    if status == "DISABLED":
        raise TemplateMismatch(_DISABLED, f"template {name} ({language}) is disabled")
    if status != "APPROVED" or template.approval is None:
        raise TemplateUnknown(f"template {name} ({language}) is {shown(status)}, expected 'APPROVED'")
    if template.row.approved_until <= now:
        await company.renew_approvals()
        template = company.templates.get(key, template)
        if template.approval is None or template.row.approved_until <= now:
            raise NotNow(f"template {name}: its approval ended, and the relay does not answer to renew it")
    return template


def check_template_recipient(template: ReadyTemplate, recipient: Recipient) -> None:
    """Raise CodedError for a one-time code to somebody who is named by a user id alone: a code proves a number."""
    if template.definition.authentication and recipient.number is None:
        raise CodedError(
            _NO_USER_IDS,
            f"recipient: got {shown(recipient.given)}, expected a phone number in 'to' for a one-time code",
        )
