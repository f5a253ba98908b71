"""A replay in tables and sentences, for the terminal and for the page. No customer's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from triage.domain.agent import AgentId
from triage.domain.comparison import Comparison, Moved, Side, Waits
from triage.domain.policy import Lane
from triage.domain.simulation import Answer
from triage.replay import Replay
from triage.whole_page import Shown as Shown  # noqa: PLC0414 - others find it here, too

MOST_MOVED = 20  # tickets shown one by one
NONE = "–"
BEFORE, AFTER = "before", "after"
NO_WAITS = Waits(0, None, None)


def summary(found: Replay) -> str:
    """Return in a sentence or two what was compared with what."""
    it = found.compared
    (was, tried), (read, reads) = found.policies, found.models
    what = f"policy {was} → {tried}" if was != tried else f"policy {was}"
    model = f"model {read} → {reads}" if read != reads else f"model {read}"
    return (
        f"{_moment(found.since)} to {_moment(found.until)}: {it.messages} messages of "
        f"{it.tickets} tickets, {len(found.names)} agents. {what[:1].upper()}{what[1:]}; {model}."
    )


def notes(found: Replay) -> list[str]:
    """Return what the figures rest on, and how near the simulation is to what really happened."""
    it = found.compared
    minutes = round(found.default / timedelta(minutes=1))
    was, really = it.before.all, it.really
    said = [
        "Both columns are simulated, with the same arrivals and the same time for each answer: "
        f"{found.known_work} of {found.answers} from history, the others {minutes} minutes.",
        "How near that is: in the simulated past half of the customers wait up to "
        f"{span_words(was.half)} and 95 % up to {span_words(was.most)}; really it was "
        f"{span_words(really.half)} and {span_words(really.most)}.",
        "Emotional load is what the tickets weigh that somebody answered, by the policy in force.",
    ]
    if it.decided_then:
        said.append(
            f"{it.as_then} of {it.decided_then} decisions come into the lane in which they were."
        )
    if found.unread:
        said.append(f"{found.unread} messages were never read and are left out.")
    return said


def tables(found: Replay) -> list[Shown]:
    """Return the figures, before and after."""
    it = found.compared
    return [
        Shown("What changes", ("", BEFORE, AFTER), _figures(it)),
        Shown("Tickets that move", ("", "tickets", "share"), _moves(it)),
        Shown(
            "How long customers wait",
            ("lane", "answered", "half within", "95 % within", "targets missed"),
            list(_lanes(it)),
        ),
        Shown("Emotional load", ("agent", BEFORE, AFTER), list(_loads(found))),
        Shown(
            f"Tickets that move, widest first{_first(it.moved)}",
            ("ticket", "lane", "level", "agent", "waited"),
            [_moved(one, found) for one in it.moved[:MOST_MOVED]],
        ),
    ]


def _figures(it: Comparison) -> list[tuple[str, ...]]:
    sides = (it.before, it.after)

    def row(name: str, values: Iterable[str]) -> tuple[str, ...]:
        return (name, *values)

    return [
        row("half of the customers wait up to", (span_words(one.all.half) for one in sides)),
        row("95 % wait up to", (span_words(one.all.most) for one in sides)),
        row("targets missed", (_missed(one.all, one.waiting) for one in sides)),
        row("still waiting at the end", (str(one.waiting) for one in sides)),
        row("alarms (safeguard) an hour", (f"{one.alarms_an_hour:.2f}" for one in sides)),
        row("alarms in the busiest hour", (str(one.most_alarms) for one in sides)),
        row("emotional load, Gini", (f"{one.gini:.2f}" for one in sides)),
    ]


def _moves(it: Comparison) -> list[tuple[str, ...]]:
    counts = [(f"to another {what}", it.count(what)) for what in ("lane", "level", "agent")]
    ways = sorted(it.lanes.items(), key=lambda way: (-way[1], way[0]))
    counts += [(f"{was} → {now}", count) for (was, now), count in ways]
    return [(name, str(count), f"{count / it.tickets:.1%}") for name, count in counts]


def _lanes(it: Comparison) -> Iterator[tuple[str, ...]]:
    for lane in Lane:
        if lane in it.before.lanes or lane in it.after.lanes:
            was, now = waits_of(it.before, lane), waits_of(it.after, lane)
            yield (
                str(lane),
                _both(str(was.turns), str(now.turns)),
                _both(span_words(was.half), span_words(now.half)),
                _both(span_words(was.most), span_words(now.most)),
                _both(str(was.missed), str(now.missed)),
            )


def _loads(found: Replay) -> Iterator[tuple[str, ...]]:
    for agent, was, now in carried(found):
        yield found.names[agent], f"{was:.1f}", f"{now:.1f}"


def carried(found: Replay) -> list[tuple[AgentId, float, float]]:
    """Return who carries how much before and after, most first."""
    it = found.compared
    both = [(one, it.before.carried[one], it.after.carried[one]) for one in found.names]
    return sorted(both, key=lambda one: (-one[1], -one[2], one[0]))


def _moved(one: Moved, found: Replay) -> tuple[str, ...]:
    was, now = one.before, one.after
    return (
        str(was.ticket_id),
        _both(was.lane, now.lane),
        _both(str(was.level), str(now.level)),
        _both(_name(was, found), _name(now, found)),
        _both(_waited(was), _waited(now)),
    )


def _first(moved: Sequence[Moved]) -> str:
    return f" (the first {MOST_MOVED} of {len(moved)})" if len(moved) > MOST_MOVED else ""


def _name(one: Answer, found: Replay) -> str:
    return found.names[one.agent] if one.agent is not None else "nobody"


def _waited(one: Answer) -> str:
    return span_words(one.answered_at - one.since) if one.answered_at else "waits"


def waits_of(side: Side, lane: Lane) -> Waits:
    """Return how long customers of a lane waited, also where there was none."""
    return side.lanes.get(lane, NO_WAITS)


def _missed(one: Waits, waiting: int) -> str:
    turns = one.turns + waiting
    return f"{one.missed} of {turns} ({one.missed / turns:.1%})" if turns else NONE


def _both(was: str, now: str) -> str:
    return was if was == now else f"{was} → {now}"


def span_words(span: timedelta | None) -> str:
    """Return a span of time as people say it; a dash for none."""
    if span is None:
        return NONE
    minutes = round(span / timedelta(minutes=1))
    hours, rest = divmod(minutes, 60)
    if hours >= HOURS_SHOWN:
        return f"{hours / 24:.1f} d"
    if hours >= MINUTES_SHOWN:
        return f"{hours} h"
    return f"{hours} h {rest:02d} min" if hours else f"{rest} min"


MINUTES_SHOWN, HOURS_SHOWN = 10, 48  # hours; above them minutes say nothing, and days more


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
