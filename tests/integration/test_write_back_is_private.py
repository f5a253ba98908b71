"""Whatever is to be written, no vendor's file makes words that a customer could see."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request as Asked

from tests.standins.pulling import Leaping, a_case
from tests.standins.standin import Reply
from tests.standins.writable import Writable
from tests.standins.written import WRITTEN
from triage.domain.write_back import Note, Part, Plan, Priority, Standing
from triage.helpdesks.accounts.registry import ACCOUNTS
from triage.helpdesks.call import Request, Response
from triage.helpdesks.steps import Steps
from triage.helpdesks.writing.registry import WRITINGS
from triage.helpdesks.writing.writing import Job

MARK = "[triage:1:0123456789ab]"
OURS = st.frozensets(st.sampled_from(["triage_a", "triage_b", "triage_c"]))
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60)
CORE = ("article", "title", "state", "comment", "public", "status", "body", "subject", "content")

PLANS = st.builds(
    Plan,
    add=OURS,
    remove=OURS,
    priority=st.none() | st.sampled_from(Priority),
    assignee=st.none() | st.sampled_from(["500"]),
    note=st.none() | st.builds(Note, st.just("0123456789ab"), TEXT.map(lambda it: f"{it} {MARK}")),
)


def answered(desk: Writable, request: Request) -> Reply:
    """Return what the stand-in says to a request, without a network between."""
    path = f"{ACCOUNTS[desk.vendor].address(desk.given | {'address': 'https://d.example'})}"
    path = path.removeprefix("https://d.example") + request.path
    query = "&".join(f"{name}={value}" for name, value in request.query).encode()
    headers = [(b"intercom-version", b"2.14")]
    scope: dict[str, Any] = {"type": "http", "method": request.method, "path": path}
    desk.asked.append(f"{request.method} {path}?")
    asked = Asked(scope | {"query_string": query, "headers": headers})
    body = None if request.body is None else json.loads(json.dumps(request.body))
    return desk.answer(asked, body)


def run(desk: Writable, steps: Steps[Any]) -> Any:
    try:
        request = next(steps)
        while True:
            reply = answered(desk, request)
            assert reply.status < 300, (request.method, request.path, request.body, reply.body)
            request = steps.send(Response(reply.status, {}, json.dumps(reply.body).encode()))
    except StopIteration as end:
        return end.value


def at_the_helpdesk(vendor: str) -> Writable:
    desk = WRITTEN[vendor](Leaping())
    desk.part = 100
    desk.put(a_case(1, ago=1))
    return desk


def allowed(plan: Plan, vendor: str) -> Plan:
    """Return the plan as the use-case hands it on: without what cannot be written there."""
    writing = WRITINGS[vendor]
    on = writing.PARTS.__contains__
    known = list(writing.PRIORITIES.values())
    return Plan(
        add=plan.add if on(Part.TAGS) else frozenset(),
        remove=plan.remove if on(Part.TAGS) else frozenset(),
        priority=plan.priority if plan.priority in known and on(Part.PRIORITY) else None,
        assignee=plan.assignee if on(Part.ASSIGNEE) else None,
        note=plan.note if on(Part.NOTE) else None,
    )


@pytest.mark.parametrize("vendor", WRITTEN)
@given(plan=PLANS)
def test_no_plan_reaches_a_customer(vendor, plan):
    desk, plan = at_the_helpdesk(vendor), allowed(plan, vendor)
    run(
        desk, WRITINGS[vendor].write(Job("1", plan, run(desk, WRITINGS[vendor].standing("1")), "3"))
    )
    assert desk.reached == []
    said = desk.cases[1].words[1:]
    assert [it.public for it in said] == ([False] if plan.note else [])
    after = run(desk, WRITINGS[vendor].standing("1"))
    assert (plan.add - plan.remove <= after.tags) or Part.TAGS not in WRITINGS[vendor].PARTS
    assert (after.tags & plan.remove) <= plan.add
    assert plan.priority in {None, after.priority}
    assert run(desk, WRITINGS[vendor].has_note("1", MARK)) is (plan.note is not None)


@pytest.mark.parametrize("vendor", WRITTEN)
@given(name=st.sampled_from(CORE) | st.text(max_size=20))
def test_a_name_that_is_a_ticket_s_own_is_no_field(vendor, name):
    """Names of fields are an administrator's words; an "article" could be an e-mail."""
    if WRITINGS[vendor].FIELD.fullmatch(name):
        assert name not in CORE
        assert name.isascii()


@pytest.mark.parametrize("vendor", WRITTEN)
def test_a_field_is_written_where_there_are_fields(vendor):
    desk, writing = at_the_helpdesk(vendor), WRITINGS[vendor]
    assert (Part.FIELDS in writing.PARTS) is bool(desk.field)
    if desk.field:
        assert writing.FIELD.fullmatch(desk.field)
        plan = Plan(fields={desk.field: "3"})
        run(desk, writing.write(Job("1", plan, Standing(stamp=_stamp(desk)), "3")))
        assert run(desk, writing.standing("1")).fields[desk.field] == "3"


def _stamp(desk: Writable) -> str:
    standing: Standing = run(desk, WRITINGS[desk.vendor].standing("1"))
    return standing.stamp


@pytest.mark.parametrize("vendor", WRITTEN)
def test_a_public_note_would_be_seen_by_the_stand_in(vendor):
    """The proof proves something: made public by hand, the same note reaches a customer."""
    desk, writing = at_the_helpdesk(vendor), WRITINGS[vendor]
    standing = run(desk, writing.standing("1"))
    steps = writing.write(Job("1", Plan(note=Note("k", f"words {MARK}")), standing, "3"))
    request = next(steps)
    if not desk.always_private:
        public = _swapped(json.loads(json.dumps(request.body)))
        answered(desk, Request(path=request.path, method=request.method, body=public))
        assert desk.reached


def _swapped(body: Any) -> Any:
    """Return a body with every true false and the other way round; a note is a reply."""
    if isinstance(body, dict):
        return {k: v if k == "safe_update" else _swapped(v) for k, v in body.items()}
    if isinstance(body, bool):
        return not body
    return (
        {"note": "comment", "internal-note": "email"}.get(body, body)
        if isinstance(body, str)
        else body
    )
