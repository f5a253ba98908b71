"""What is told of our rights without a write, as each helpdesk answers who we are."""

from __future__ import annotations

import json
from typing import Any

import pytest

from triage.helpdesks.accounts.rights import NEEDED, ONLY_A_WRITE, RIGHTS, Lacks
from triage.helpdesks.call import Request, Response
from triage.helpdesks.event import Malformed
from triage.helpdesks.steps import carried_out


def told(vendor: str, body: Any) -> str:
    return carried_out(RIGHTS[vendor](answered(body), {}), never_asked)


def answered(body: Any) -> Response:
    return Response(200, {}, json.dumps(body).encode())


def never_asked(request: Request) -> Response:
    raise AssertionError(f"who we are tells it, and yet {request.path} was asked")


def in_jira(named: str, *may: dict[str, bool]) -> tuple[str, list[str]]:
    """Return what is said where that is allowed in each project, and of which was asked."""
    answers, asked = iter(may), []

    def ask(request: Request) -> Response:
        assert dict(request.query)["permissions"] == "EDIT_ISSUES,ADD_COMMENTS,ASSIGN_ISSUES"
        asked.append(dict(request.query)["projectKey"])
        told = {key: {"key": key, "havePermission": is_so} for key, is_so in next(answers).items()}
        return answered({"permissions": told})

    return carried_out(RIGHTS["jira"](answered({}), {"projects": named}), ask), asked


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


def test_jira_is_asked_for_each_project():
    every = dict.fromkeys(NEEDED, True)
    said, asked = in_jira("HELP, shop", every, every)
    assert said == "it may label, note and assign in HELP, SHOP"
    assert asked == ["HELP", "SHOP"]


def test_what_jira_does_not_allow_in_one_project_is_said():
    every = dict.fromkeys(NEEDED, True)
    with pytest.raises(Lacks, match=r"^it may not note, assign in SHOP: give an agent's token$"):
        in_jira("HELP,SHOP", every, {"EDIT_ISSUES": True, "ASSIGN_ISSUES": False})


def test_jira_connected_without_projects_is_to_be_connected_again():
    with pytest.raises(Malformed, match="connect the source again"):
        in_jira("")
