"""Who may do what, and under whose name."""

import pytest

from triage.domain.identity import RoleMapping, identity_of
from triage.domain.person import (
    RIGHTS,
    Principal,
    Right,
    Role,
    fault_of_name,
    fault_of_password,
    program,
)

SUE = Principal("Sue", RIGHTS[Role.SUPERVISOR], 1, "sue@example.org")
ANN = Principal("Ann", RIGHTS[Role.AGENT], 2, "Ann@example.org")
REPORTS = program("reports", frozenset({Right.READ}))
ISSUER = "https://id.example.org"


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.AGENT, {Right.READ}),
        (Role.SUPERVISOR, {Right.READ, Right.DECIDE}),
        (Role.ADMIN, {Right.READ, Right.DECIDE, Right.ADMINISTER}),
    ],
)
def test_each_role_may_what_it_may_and_no_more(role, may):
    assert RIGHTS[role] == may


def test_a_wider_scope_of_a_key_holds_the_narrower():
    assert REPORTS.rights == {Right.READ}
    assert program("x", frozenset({Right.DECIDE})).rights == {Right.READ, Right.DECIDE}
    assert program("x", frozenset({Right.ADMINISTER})).rights == frozenset(Right)


def test_an_agent_may_hand_back_only_what_is_their_own():
    assert ANN.may_decline("ann@EXAMPLE.org")
    assert not ANN.may_decline("ben@example.org")
    assert not ANN.may_decline(None)
    assert not Principal("Cy", RIGHTS[Role.AGENT], 3).may_decline(None)
    assert SUE.may_decline("ben@example.org")


def test_a_person_acts_under_their_own_name_and_a_program_says_for_whom():
    assert SUE.on_behalf_of(None) == SUE.on_behalf_of("Sue") == "Sue"
    assert SUE.on_behalf_of("Tom") is None
    assert REPORTS.on_behalf_of(None) == "key reports"
    assert REPORTS.on_behalf_of("Sue") == "Sue (by key reports)"


@pytest.mark.parametrize(
    "name",
    ["", " Sue", "Sue ", "S\nue", "S\u202eue", "S\u200bue", "x" * 101, "key ci", "Sue (by key ci)"],
)
def test_no_name_can_pass_for_another_or_for_a_program(name):
    assert fault_of_name(name)


@pytest.mark.parametrize(
    "name", ["Sue", "sue@example.org", "Ng\u0169g\u0129", "王小明", "O'Neil", "Keynes"]
)
def test_names_of_people_are_good(name):
    assert fault_of_name(name) is None


@pytest.mark.parametrize("password", ["short", "x" * 201, "a" * 40, "supervisor1"])
def test_a_password_that_is_quickly_guessed_is_refused(password):
    assert fault_of_password(password, "supervisor")


def test_a_few_words_are_a_good_password():
    assert fault_of_password("four horses ate my hat", "Sue") is None


# What an identity provider says


def test_a_mail_address_counts_only_where_the_provider_verified_it():
    said = {"sub": "1", "email": "sue@example.org", "preferred_username": "sue"}
    assert identity_of(ISSUER, said, "groups").email is None
    assert identity_of(ISSUER, said | {"email_verified": "true"}, "groups").email is None
    verified = identity_of(ISSUER, said | {"email_verified": True}, "groups")
    assert (verified.email, verified.names) == ("sue@example.org", ("sue", "sue@example.org", "1"))


def test_one_subject_of_two_issuers_is_two_people():
    here, there = (identity_of(issuer, {"sub": "1"}, "groups") for issuer in (ISSUER, ISSUER + "x"))
    assert here.subject != there.subject


@pytest.mark.parametrize(
    ("claim", "role"),
    [
        (["leads"], Role.SUPERVISOR),
        (["leads", "owners"], Role.ADMIN),
        ("owners", Role.ADMIN),
        (["others"], Role.AGENT),
        (None, Role.AGENT),
        ([{"name": "owners"}], Role.AGENT),
        ("owners, leads", Role.AGENT),
    ],
)
def test_groups_give_the_highest_of_their_roles_and_anything_else_none(claim, role):
    mapping = RoleMapping(frozenset({"leads"}), frozenset({"owners"}))
    said = identity_of(ISSUER, {"sub": "1", "groups": claim}, "groups")
    assert mapping.role_of(said.groups) is role
    assert RoleMapping().role_of(said.groups) is None
