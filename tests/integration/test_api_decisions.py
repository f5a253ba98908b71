"""What people decide over the interface: odd text harms nothing, nonsense is told in a sentence."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.test_api import AS_SUPERVISOR, Service
from triage.domain.ticket import TicketId
from triage.store import corrections

#: As JSON escapes it, and as it is kept: databases and UTF-8 take neither.
ODD = {"NUL": (r"S\u0000ue", "Sue"), "half a character": (r"S\ud83due", "S\ufffdue")}


@pytest.fixture
def ticket(service: Service) -> TicketId:
    """A ticket that was decided."""
    made = service.accept("m1", "You charged me twice, I am full of anger")
    service.decide(made)
    return made


def post(service: Service, path: str, body: str) -> Any:
    headers = AS_SUPERVISOR | {"content-type": "application/json"}
    return service.client.post(f"/api/{path}", content=body, headers=headers)


def said(service: Service, ticket: TicketId, by: str, rest: str) -> str:
    """Return the body in which somebody decides about the ticket as it stands."""
    return f'{{"revision": {service.ticket(ticket).revision}, "by": "{by}", {rest}}}'


@pytest.mark.parametrize(("escaped", "kept"), ODD.values(), ids=ODD)
def test_who_decides_and_why_are_kept_without_what_no_database_takes(
    service, ticket, escaped, kept
):
    body = said(service, ticket, escaped, f'"why": "{escaped}", "lane": "gentle"')
    assert post(service, f"tickets/{ticket}/lane", body).status_code == 200
    with service.database.reading() as connection:
        (one,) = corrections.of_ticket(connection, ticket)
    assert one.why == kept
    assert kept in one.by  # a program may stand beside the name


@pytest.mark.parametrize("escaped", [escaped for escaped, _ in ODD.values()], ids=ODD)
def test_a_draft_with_what_no_database_takes_is_checked(service, ticket, escaped):
    draft = f'{{"ticket": {ticket}, "text": "Please calm down. {escaped}"}}'
    answer = post(service, "replies/check", draft)
    assert answer.status_code == 200
    assert "wording" in {it["check"] for it in answer.json()["findings"]}


@pytest.mark.parametrize(
    ("path", "rest", "sentence"),
    [
        ("lane", '"lane": "unscored"', "unscored is none"),
        (
            "corrections",
            '"message": 1, "emotion": "anger", "no_emotion": true',
            "expected an emotion or no_emotion, not both",
        ),
        ("corrections", '"message": 1', "found none of them"),
    ],
)
def test_what_makes_no_sense_is_told_in_a_sentence_and_changes_nothing(
    service, ticket, path, rest, sentence
):
    before = service.ticket(ticket)
    answer = post(service, f"tickets/{ticket}/{path}", said(service, ticket, "Sue", rest))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert service.ticket(ticket) == before


def test_a_name_of_which_nothing_is_left_is_none(service, ticket):
    body = said(service, ticket, r"\u0000", '"lane": "gentle"')
    assert post(service, f"tickets/{ticket}/lane", body).status_code == 422


@pytest.mark.parametrize(
    ("path", "rest"),
    [
        ("lane", r'"why": "\ud83d"'),
        ("lane", r'"lane": "\ud83d"'),
        ("corrections", r'"message": 1, "emotion": "anger", "no_emotion": true, "why": "\ud83d"'),
        ("corrections", r'"message": 1, "flags": ["\ud83d"]'),
        ("corrections", '"message": 1, "level": NaN'),
    ],
)
def test_what_is_refused_breaks_no_answer_whatever_stands_in_it(service, ticket, path, rest):
    answer = post(service, f"tickets/{ticket}/{path}", said(service, ticket, "Sue", rest))
    assert answer.status_code == 422
    assert answer.json()["detail"]


def test_what_is_no_draft_breaks_no_answer_whatever_stands_in_it(service):
    for body in (r'"\ud83d"', r'{"text": "\ud83d"}', r'{"\ud83d": 1}', '{"ticket": NaN}'):
        assert post(service, "replies/check", body).status_code == 422
