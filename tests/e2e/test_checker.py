"""The checker sees what it is for: each of these wrongs is a complaint, and a good run is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace as Row

import pytest

from tests.e2e.checker import Rows, complaints
from tests.e2e.traffic import Acknowledged, Sent
from tests.fakes import NOON
from triage.domain.ticket import Author
from triage.store.events import EventKind

SOON, LATE = NOON + timedelta(seconds=1), NOON + timedelta(seconds=11)
LOG = [
    Acknowledged(Sent("msg_1", "T", "m1", "ticket.created", "Help!"), "accepted"),
    Acknowledged(Sent("msg_2", "P", "m1", "ticket.created", "poison"), "accepted"),
]
TICKET = Row(id=1, external_id="T", state="done")
POISON = Row(id=2, external_id="P", state="dead")
MESSAGE = Row(id=7, ticket_id=1, external_id="m1", author=Author.CUSTOMER, received_at=NOON)
POISONOUS = Row(id=8, ticket_id=2, external_id="m1", author=Author.CUSTOMER, received_at=NOON)
DECISION = Row(
    ticket_id=1,
    message_id=7,
    model_version="1",
    policy_version="1",
    playbook_version="1",
    decided_at=SOON,
)
DECIDED, DEAD = Row(ticket_id=1, kind=EventKind.DECIDED), Row(ticket_id=2, kind=EventKind.DEAD)
GOOD = Rows([TICKET, POISON], [MESSAGE, POISONOUS], [DECISION], [DECIDED, DEAD])


def changed(row: Row, **values: object) -> Row:
    return Row(**vars(row) | values)


WRONGS = [
    ("not stored", replace(GOOD, messages=[POISONOUS]), LOG),
    ("stored more than once", replace(GOOD, messages=[MESSAGE, MESSAGE, POISONOUS]), LOG),
    ("accepted more than once", GOOD, [*LOG, LOG[0]]),
    ("never decided", replace(GOOD, decisions=[], events=[DEAD]), LOG),
    ("never decided", replace(GOOD, decisions=[changed(DECISION, message_id=6)]), LOG),
    ("decided twice", replace(GOOD, decisions=[DECISION, DECISION]), LOG),
    ("announced other than once", replace(GOOD, events=[DECIDED, DECIDED, DEAD]), LOG),
    ("wrongly given up", replace(GOOD, tickets=[changed(TICKET, state="dead"), POISON]), LOG),
    ("not given up", replace(GOOD, tickets=[TICKET, changed(POISON, state="due")]), LOG),
    ("without one alarm", replace(GOOD, events=[DECIDED]), LOG),
    ("more than 10 s", replace(GOOD, decisions=[changed(DECISION, decided_at=LATE)]), LOG),
]


def test_a_good_run_has_no_complaint():
    assert complaints(GOOD, LOG, {"P"}) == []


@pytest.mark.parametrize(("complaint", "rows", "log"), WRONGS)
def test_each_wrong_is_a_complaint(complaint: str, rows: Rows, log: list[Acknowledged]):
    assert complaint in "".join(complaints(rows, log, {"P"}))
