"""The helpdesks that Triage understands, by vendor name. A new one is a file and a line here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from triage.helpdesks import (
    chatwoot,
    cloudevents,
    freescout,
    freshdesk,
    front,
    front_rule,
    gorgias,
    helpscout,
    hubspot,
    intercom,
    jira,
    mail,
    salesforce,
    standard_webhooks,
    zammad,
    zendesk,
)
from triage.helpdesks.event import Helpdesk

HELPDESKS: Final[Mapping[str, Helpdesk]] = {
    "generic": standard_webhooks,
    "zendesk": zendesk,
    "zammad": zammad,
    "freshdesk": freshdesk,
    "intercom": intercom,
    "chatwoot": chatwoot,
    "helpscout": helpscout,
    "front": front,
    "front-rule": front_rule,
    "hubspot": hubspot,
    "jira": jira,
    "gorgias": gorgias,
    "freescout": freescout,
    "salesforce": salesforce,
    "cloudevents": cloudevents,
    "email": mail,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a sender wants to hear, whatever became of its delivery."""

    body: str
    media_type: str


#: Who does not hear our JSON.
ANSWERS: Final[Mapping[str, Answer]] = {
    "salesforce": Answer(salesforce.ANSWER, "text/xml; charset=utf-8"),
}
