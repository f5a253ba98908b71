"""What is told of our rights without a write, as each helpdesk answers who we are."""

from __future__ import annotations

import json
from typing import Any

import pytest

from triage.helpdesks.accounts.rights import ONLY_A_WRITE, RIGHTS, Lacks
from triage.helpdesks.call import Response


def told(vendor: str, body: Any) -> str:
    return RIGHTS[vendor](Response(200, {}, json.dumps(body).encode()))


@pytest.mark.parametrize(
    ("vendor", "body", "said"),
    [
        ("zendesk", {"user": {"role": "admin"}}, "the role admin may tag, note and assign"),
        ("zendesk", {"user": {"role": "agent"}}, "unless a custom role of yours leaves something"),
        ("freshdesk", {"ticket_scope": 1}, f"it reaches every ticket; {ONLY_A_WRITE}"),
        ("freshdesk", {"ticket_scope": 9}, ONLY_A_WRITE),
        ("freshdesk", {"ticket_scope": [1]}, ONLY_A_WRITE),
        ("freshdesk", {}, ONLY_A_WRITE),
    ],
)
def test_what_is_told_is_said_and_no_more(vendor: str, body: Any, said: str):
    assert said in told(vendor, body)


@pytest.mark.parametrize(
    ("vendor", "body", "lacks"),
    [
        ("zendesk", {"user": {"role": "end-user"}}, "the role end-user may not tag"),
        ("zendesk", {"user": {}}, "the role none may not tag"),
        ("freshdesk", {"ticket_scope": 2}, "only tickets of its groups and its own"),
        ("freshdesk", {"ticket_scope": 3}, "only tickets of its own: give the key of an agent"),
    ],
)
def test_a_right_that_is_missing_is_said_with_what_to_do(vendor: str, body: Any, lacks: str):
    with pytest.raises(Lacks, match=lacks):
        told(vendor, body)
