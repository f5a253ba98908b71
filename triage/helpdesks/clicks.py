"""Where to click at each vendor, in as few lines as that takes; docs/helpdesks/ has the whole.

`before` is said before the vendor's secret is asked for, `then` once the source is made. Both may
name the `{address}`, `then` also the `{secret}`, its `{token}`, and the source's `{name}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Clicks:
    """`theirs`: which secret the vendor makes; none where we make one."""

    guide: str  # the file in docs/helpdesks
    before: tuple[str, ...] = ()
    theirs: str = ""
    adds_token: bool = False  # what is asked for is only the first half of the secret
    then: tuple[str, ...] = ()
    hosted: bool = False  # it runs on the vendor's machines, and must reach ours from outside


CLICKS: Final[Mapping[str, Clicks]] = {
    "generic": Clicks(
        guide="generic",
        then=(
            "Let your system POST its events to {address}",
            "and sign them as Standard Webhooks do, with the secret {secret}",
        ),
    ),
    "cloudevents": Clicks(
        guide="cloudevents",
        then=(
            "Let your system POST its CloudEvents to {address}",
            "with the header Authorization: Bearer {secret}",
        ),
    ),
    "email": Clicks(
        guide="email",
        then=(
            "Let your mail server POST each raw mail to {address}, as message/rfc822",
            "with the header Authorization: Bearer {secret}",
            "Say from which addresses you answer: triage sources ours {name} help@shop.example",
        ),
    ),
    "zendesk": Clicks(
        guide="zendesk",
        hosted=True,
        before=(
            "Admin Center > Apps and integrations > Webhooks > Create webhook > Zendesk events",
            "Choose: ticket created, comment added, status changed",
            "Endpoint URL: {address}; method POST, format JSON; save",
            "On the webhook's page: Reveal secret, and copy it",
        ),
        theirs="signing secret of the webhook",
    ),
    "zammad": Clicks(
        guide="zammad",
        then=(
            "Admin > Manage > Webhook > New Webhook; Endpoint: {address}",
            "HMAC SHA1 Signature Token: {secret}; Custom Payload: off",
            "Admin > Manage > Trigger > New Trigger, three times, each with the action Webhook:",
            "created; updated with a new public article; updated to closed or merged",
        ),
    ),
    "freshdesk": Clicks(
        guide="freshdesk",
        hosted=True,
        then=(
            "Admin > Automations > Ticket Creation > New rule, with the action Trigger Webhook",
            "POST to {address}, custom header X-Triage-Secret: {secret}",
            'JSON, Advanced: {{"schema": "triage.freshdesk.v1", "event": "ticket.created", '
            '"ticket_id": "{{{{ticket.id}}}}"}}',
            "The same under Ticket Updates three times, with the event customer.replied "
            "(Requester, Reply is sent), agent.replied (Agent) and ticket.closed",
        ),
    ),
    "intercom": Clicks(
        guide="intercom",
        hosted=True,
        before=("Developer Hub > your app > Basic information: copy the client secret",),
        theirs="client secret of the app",
        then=(
            "Developer Hub > your app > Configure > Webhooks; endpoint: {address}",
            "Topics: conversation.user.created, conversation.user.replied, "
            "conversation.admin.replied, conversation.admin.closed, conversation.deleted",
        ),
    ),
    "chatwoot": Clicks(
        guide="chatwoot",
        before=(
            "Settings > Integrations > Webhooks > Configure > Add new webhook; URL: {address}",
            "Events: Conversation created, Conversation status changed, Message created",
            "Copy the webhook's secret",
        ),
        theirs="secret of the webhook",
    ),
    "helpscout": Clicks(
        guide="helpscout",
        hosted=True,
        then=(
            "Manage > Apps > Webhooks; Callback URL: {address}",
            "Secret Key: {secret}",
            "Events: Conversation created, status changed, merged and deleted, "
            "Customer reply created, Agent reply created",
        ),
    ),
    "front": Clicks(
        guide="front",
        hosted=True,
        before=("Settings > Developers > your app > Basic information: copy the signing key",),
        theirs="signing key of the app",
        then=(
            "In the app: Features > Webhooks; URL: {address}",
            "Events: inbound_received, outbound_sent, conversation_archived, conversation_deleted",
        ),
    ),
    "front-rule": Clicks(
        guide="front",
        hosted=True,
        before=("Settings > Developers > API secret: copy it",),
        theirs="API secret",
        then=(
            "A rule for inbound messages, outbound messages and archived conversations",
            "Action: Send to a webhook; URL: {address}, with the full event",
        ),
    ),
    "hubspot": Clicks(
        guide="hubspot",
        hosted=True,
        before=(
            "Make a private app with the scopes tickets and conversations.read",
            "Copy its client secret and its access token",
        ),
        theirs="client secret of the app",
        then=(
            "In the app's webhooks; target URL: {address}",
            "Subscribe to tickets: creation, deletion, merge, and the property closed_date",
            "and to conversations: newMessage, and the property status",
        ),
    ),
    "jira": Clicks(
        guide="jira",
        hosted=True,
        then=(
            "Settings > System > WebHooks > Create a WebHook; URL: {address}",
            "Secret: {secret}",
            'JQL, for instance: project = HELP AND issuetype in ("[System] Service request", '
            '"[System] Incident")',
            "Events: Issue created, updated, deleted; Comment created. Exclude body: off",
        ),
    ),
    "gorgias": Clicks(
        guide="gorgias",
        hosted=True,
        then=(
            "Settings > App Store > HTTP Integration > Add, three times: Ticket created, "
            "Ticket message created, Ticket updated",
            "POST to {address}, both content types application/json",
            "Headers: X-Triage-Secret: {secret}",
            "The body of each: docs/helpdesks/gorgias.md",
        ),
    ),
    "freescout": Clicks(
        guide="freescout",
        before=(
            "Manage > Settings > API & Webhooks: copy the Secret Key",
            "If it shows none, on FreeScout's machine, in its folder: "
            ". ./.env; printf '%swebhook_key' \"$APP_KEY\" | md5sum (32 characters)",
        ),
        theirs="Secret Key",
        then=(
            "Manage > API & Webhooks > Webhooks > New; URL: {address}",
            "Events: Conversation created, Customer replied, Agent replied, Conversation status "
            "updated, Conversation deleted, Conversation deleted forever",
        ),
    ),
    "salesforce": Clicks(
        guide="salesforce",
        hosted=True,
        before=("Setup > Company Information: copy the organisation's id, 00D…",),
        theirs="id of the organisation",
        adds_token=True,
        then=(
            "Setup > Outbound Messages > New, for Case, EmailMessage and CaseComment",
            "Endpoint URL: {address}?secret={token}; Send Session ID: off",
            "The fields of each: docs/helpdesks/salesforce.md",
            "Setup > Flows: one for each object, when created (Case: closed, too), with the "
            "action Outbound Message",
        ),
    ),
}


def filled(lines: tuple[str, ...], address: str, secret: str = "") -> list[str]:
    """Return the lines with what is to be entered there."""
    named = {"token": secret.rpartition(":")[2], "name": address.rpartition("/")[2]}
    return [line.format(address=address, secret=secret, **named) for line in lines]
