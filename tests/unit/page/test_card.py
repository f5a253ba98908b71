"""The card on the page: both forms, whose words are whose, and cards of older decisions."""

from dataclasses import replace
from typing import Any

import pytest

from tests.builders import a_message, a_ticket
from triage.domain.acknowledgement import acknowledge, card_as_dict
from triage.domain.emotion import Emotion, Span
from triage.domain.flag import Flag
from triage.domain.hand_over import HandOver, Said
from triage.domain.quoting import Sentence
from triage.domain.situation import Situation
from triage.page.shell import templates
from triage.playbook import load_playbook

PLAYBOOK = load_playbook()
TEXT = "On 3 May my order <b>12</b> was lost. My order is late since Monday."
SENTENCES = (
    Sentence(TEXT[:37], Span(0, 37), 0.9),
    Sentence(TEXT[38:], Span(38, len(TEXT)), 0.5),
)
ANGRY = Situation(
    leading=Emotion.ANGER,
    shown=frozenset({Emotion.ANGER}),
    level=3,
    first_name="Dana",
    sentences=SENTENCES,
)
#: What decisions held before there were two forms.
KEPT = "rule title playbook_version feeling heard opening avoid never follow_up agent_note evidence"


def card(situation: Situation) -> dict[str, Any]:
    return dict(card_as_dict(acknowledge(situation, PLAYBOOK)))


def shown(one: dict[str, Any]) -> str:
    return templates.get_template("card.html").render(decision={"card": one})


def test_both_forms_are_there_with_slots_and_quotes_marked():
    page = shown(card(ANGRY))
    for heading in ("In short", "Say first", "Full draft", "Then", "Never", "Avoid"):
        assert heading in page
    assert '<bdi class="name">Dana</bdi>' in page
    assert '“<bdi class="quote">My order is late since Monday</bdi>”' in page
    assert '<span class="slot">[time]</span>' in page


def test_no_word_of_a_customer_is_markup():
    page = shown(card(ANGRY))
    assert "<b>12</b>" not in page
    assert "&lt;b&gt;12&lt;/b&gt;" in page


def test_a_risk_to_life_shows_a_protocol_and_no_words():
    page = shown(card(replace(ANGRY, flags=frozenset({Flag.SELF_HARM}))))
    assert "No drafted words" in page
    assert "Full draft" not in page
    assert "worked example" not in page


def test_a_card_of_an_older_decision_is_shown_as_it_was():
    new = card(ANGRY)
    old = {name: new[name] for name in KEPT.split()} | {"opening": "Hello,\n\nYou wrote [what]."}
    old["steps"] = [{k: v for k, v in step.items() if k != "short"} for step in new["steps"]]
    page = shown(old)
    assert 'You wrote <span class="slot">[what]</span>.' in page
    assert "In short" not in page
    assert "Full draft" not in page


@pytest.mark.parametrize("missed", [0, 2])
def test_a_summary_is_shown_where_the_ticket_changed_hands(missed: int):
    message = a_ticket(a_message("<i>Late</i> again.")).messages[0]
    said = (Said(message.id, Span(0, 18), message.text),)
    summary = HandOver(
        who="<Dana>", contacts=3, missed=missed, happened=said, promised=(), open=said
    )
    page = shown(card(replace(ANGRY, hand_over=summary)))
    assert "3 messages from <bdi>&lt;Dana&gt;</bdi>" in page
    assert ("2 promises broken" in page) == bool(missed)
    assert page.count("<bdi>&lt;i&gt;Late&lt;/i&gt; again.</bdi>") == 2
    assert "Promised" not in page
