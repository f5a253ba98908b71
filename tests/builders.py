"""Values as tests want them: say what matters, the rest is ordinary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.fakes import NOON
from triage.domain.agent import Agent, AgentId
from triage.domain.emotion import Emotion, Scoring, ScoringState, SentenceScores, Span
from triage.domain.policy import Policy
from triage.domain.ticket import (
    Author,
    Channel,
    Message,
    MessageId,
    Status,
    Ticket,
    TicketId,
)

POLICY = Policy()


def a_message(
    text: str = "Hello.", *, number: int = 1, author: Author = Author.CUSTOMER, at: datetime = NOON
) -> Message:
    return Message(id=MessageId(number), author=author, text=text, sent_at=at)


def a_ticket(*messages: Message, **values: Any) -> Ticket:
    ordinary: dict[str, Any] = {
        "id": TicketId(1),
        "source": "demo",
        "subject": "A subject",
        "channel": Channel.EMAIL,
        "status": Status.WAITING,
        "opened_at": NOON,
        "waiting_since": NOON,
        "messages": messages or (a_message(),),
    }
    return Ticket(**ordinary | values)


def a_thread(*texts: str) -> Ticket:
    """A ticket of customer messages, one an hour; a text after `agent:` is an agent's."""
    messages = [
        a_message(
            text.removeprefix("agent:"),
            number=number,
            author=Author.AGENT if text.startswith("agent:") else Author.CUSTOMER,
            at=NOON + timedelta(hours=number),
        )
        for number, text in enumerate(texts, 1)
    ]
    return a_ticket(*messages)


def scores(**emotions: float) -> Mapping[Emotion, float]:
    return {Emotion(name): p for name, p in emotions.items()}


def a_scoring(
    text: str = "Hello.",
    *,
    state: ScoringState = ScoringState.SCORED,
    language: str | None = "en",
    shown: Sequence[Emotion] = (),
    **emotions: float,
) -> Scoring:
    whole = Span(0, len(text))
    found = scores(**emotions)
    return Scoring(
        model_version="fake-1",
        state=state,
        language=language,
        own_words=whole,
        emotions=found,
        sentences=(SentenceScores(whole, found),),
        shown=frozenset(shown),
    )


def an_agent(number: int = 1, **values: Any) -> Agent:
    ordinary: dict[str, Any] = {
        "id": AgentId(number),
        "name": f"Agent {number}",
        "experience": 5,
        "languages": frozenset({"en"}),
        "skills": frozenset(),
        "capacity": 5,
    }
    changed = {k: frozenset(v) if k in {"languages", "skills"} else v for k, v in values.items()}
    return Agent(**ordinary | changed)


#: Some agents of every kind, each another one, for properties.
agents_drawn = st.lists(
    st.builds(
        an_agent,
        st.integers(1, 50),
        experience=st.integers(1, 5),
        capacity=st.integers(1, 6),
        load=st.integers(0, 8),
        emotional_load=st.floats(0, 12),
        present=st.booleans(),
        languages=st.sampled_from([{"en"}, {"en", "de"}]),
        skills=st.sets(st.sampled_from(["billing", "safeguarding"])),
        opted_out=st.booleans(),
    ),
    max_size=8,
    unique_by=lambda agent: agent.id,
)
