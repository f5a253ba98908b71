"""What a reply did: how charged the customer's next message is, beside what it answered. Pure.

One exchange is what a customer wrote, the first reply to it, and what the customer wrote next. It
is known by the card's rule and the feeling that stood there when the reply was written, never by
who wrote it: agents are not scored. A customer who falls silent is no evidence of calm.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean

from triage.domain.charge import CALM_LEVEL
from triage.domain.emotion import Emotion
from triage.domain.interval import Interval, of_mean, of_share
from triage.domain.ticket import Author, MessageId

LEAST = 10  # exchanges; of fewer no figure is shown


@dataclass(frozen=True, slots=True)
class Said:
    """A message without its words: who wrote it and when; `counts` is false for a machine's."""

    id: MessageId
    author: Author
    sent_at: datetime
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Turn:
    """The customer's messages that a reply answered, when it came, and their next message."""

    answered: tuple[MessageId, ...]
    replied_at: datetime
    next: MessageId | None


@dataclass(frozen=True, slots=True)
class Mood:
    """How charged a message is: 0–1, and as level 0–4."""

    value: float
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A turn as read. `strategy` is the card's rule, `emotion` the feeling it named, None where
    none was certain; `after` is None where the customer has not written again, and `unread` where a
    message of it has no charge.
    """

    strategy: str
    emotion: Emotion | None
    before: Mood | None
    after: Mood | None
    unread: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of the exchanges of one kind; a figure is None where too few make it up.

    `change` is the mean change of charge, below 0 where it fell, with its normal 95 % interval.
    `calmed` is the share of customers at level 2 or more (`charged`) whose next message is at 1 or
    0, with Wilson's.
    """

    strategy: str | None = None
    emotion: str | None = None
    exchanges: int
    change: float | None
    change_between: Interval | None
    charged: int
    calmed: float | None
    calmed_between: Interval | None
    silent: int
    unread: int


def turns(thread: Sequence[Said]) -> list[Turn]:
    """Return the turns of a thread, oldest message first; a second reply is part of the first."""
    found: list[Turn] = []
    asked: list[MessageId] = []
    replied: datetime | None = None
    for one in thread:
        if one.author is Author.AGENT and asked and replied is None:
            replied = one.sent_at
        elif one.author is Author.CUSTOMER and one.counts:
            if replied is not None:
                found.append(Turn(tuple(asked), replied, one.id))
                asked, replied = [], None
            asked.append(one.id)
    return [*found, Turn(tuple(asked), replied, None)] if replied is not None else found


def by_strategy(exchanges: Iterable[Exchange]) -> list[Outcome]:
    """Return the outcome of each strategy, most exchanges first."""
    return _by(exchanges, lambda it: (it.strategy, None))


def by_emotion(exchanges: Iterable[Exchange]) -> list[Outcome]:
    """Return the outcome of each feeling, most exchanges first."""
    return _by(exchanges, lambda it: (None, _name(it.emotion)))


def by_both(exchanges: Iterable[Exchange]) -> list[Outcome]:
    """Return the outcome of each strategy with each feeling, most exchanges first."""
    return _by(exchanges, lambda it: (it.strategy, _name(it.emotion)))


NOT_CERTAIN = "not certain"


def _name(emotion: Emotion | None) -> str:
    return str(emotion) if emotion else NOT_CERTAIN


def _by(
    exchanges: Iterable[Exchange], kind: Callable[[Exchange], tuple[str | None, str | None]]
) -> list[Outcome]:
    kinds: defaultdict[tuple[str | None, str | None], list[Exchange]] = defaultdict(list)
    for one in exchanges:
        kinds[kind(one)].append(one)
    found = [_outcome(*names, mine) for names, mine in kinds.items()]
    return sorted(found, key=lambda it: (-it.exchanges, it.strategy or "", it.emotion or ""))


def _outcome(strategy: str | None, emotion: str | None, mine: Sequence[Exchange]) -> Outcome:
    pairs = [(it.before, it.after) for it in mine if it.before and it.after]
    changes = [after.value - before.value for before, after in pairs]
    later = [after.level for before, after in pairs if before.level > CALM_LEVEL]
    calm = sum(level <= CALM_LEVEL for level in later)
    shown, sure = len(changes) >= LEAST, len(later) >= LEAST
    return Outcome(
        strategy=strategy,
        emotion=emotion,
        exchanges=len(changes),
        change=fmean(changes) if shown else None,
        change_between=of_mean(changes) if shown else None,
        charged=len(later),
        calmed=calm / len(later) if sure else None,
        calmed_between=of_share(calm, len(later)) if sure else None,
        silent=sum(it.after is None and not it.unread for it in mine),
        unread=sum(it.unread for it in mine),
    )
