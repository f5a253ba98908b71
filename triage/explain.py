"""Explain a ticket: where it stands and why, from its newest receipt, and what would change that.

What was decided is read, never decided anew; only what would change it is computed, from the stored
inputs. Evidence and flags quote the customer: this is for whoever may read the ticket.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from triage.domain.agent import Agent, AgentId
from triage.domain.counterfactual import Case, changes, difference, others, runner_up
from triage.domain.inputs import team_then, ticket_then
from triage.domain.policy import Lane, Policy
from triage.domain.reading import recent
from triage.domain.ticket import Status, Ticket, TicketId
from triage.errors import NotReadYet, UnknownTicket
from triage.rules import Rules
from triage.settings import Settings
from triage.store import agents, history, inspection, threads
from triage.store.corrections import What
from triage.store.database import Database
from triage.store.inspection import Inspected
from triage.store.threads import Thread

QUOTED = 6  # sentences, those that carry most
LEAST_WEIGHT = 0.05  # of charge; a sentence below it explains nothing
NAMED = 5  # agents who could not take the ticket; the rest is counted


@dataclass(frozen=True, slots=True)
class Section:
    """One question about the ticket and its answer, a line each."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where a ticket stands, in a sentence or two, and why, section by section."""

    stands: str
    sections: tuple[Section, ...]


def explain(database: Database, ticket_id: TicketId, policy: Policy, now: datetime) -> Explanation:
    """Return the explanation of a decided ticket. Raises UnknownTicket, NotReadYet."""
    with database.reading() as connection:
        found = inspection.ticket(connection, ticket_id)
        made = found.decisions[0] if found.decisions else None
        if made is None:
            raise NotReadYet(f"ticket {ticket_id} has not been decided yet; try again in a moment")
        thread = threads.load(connection, [ticket_id], made["versions"]["model"]).get(ticket_id)
        everybody = agents.all_agents(connection, policy, now)
    if thread is None:  # purged between two queries
        raise UnknownTicket(f"there is no ticket {ticket_id}")
    names = {it.id: it.name for it in everybody}
    sections = (
        Section("Why", _reasons(made)),
        Section(f"Charge {made['charge']:.2f} of 1, level {made['level']} of 4", _charge(made)),
        Section("Sentences that carried it", _evidence(made, found)),
        Section("Flags", _flags(made)),
        Section("Who had it", _holders(found, thread.ticket, names)),
        Section("Promised to the customer", tuple(map(_promise, found.promises))),
        Section("Corrected by people", tuple(_correction(it, names) for it in found.corrections)),
        Section("What would change it", _changes(made, thread, everybody, policy)),
        Section("Decided", _versions(made, len(found.decisions))),
    )
    return Explanation(_stands(found, now), tuple(it for it in sections if it.lines))


def explain_of(settings: Settings, ticket: int, now: datetime) -> Explanation:
    """Return `explain` of the installation's own database, which it never makes or changes.

    Raises TriageError.
    """
    policy = Rules.of(settings).current().policy
    database = history.existing(settings.database)
    try:
        with history.reading_only(database) as connection:
            history.check_tables(connection)
        return explain(database, TicketId(ticket), policy, now)
    finally:
        database.close()


def as_text(one: Explanation) -> str:
    """Return the explanation for a terminal; what customers wrote cannot steer it."""
    parts = [one.stands]
    for section in one.sections:
        parts.append(f"\n{section.title}")
        parts.extend(f"  {line}" for line in section.lines)
    return "\n".join(map(_harmless, parts))


def _harmless(line: str) -> str:
    """Return a line without what a terminal would obey, or show in another order than it is."""
    return "".join(it if it.isprintable() or it == "\n" else " " for it in line)


def _stands(found: Inspected, now: datetime) -> str:
    row = found.row
    about = f"Ticket {row.id} ({row.source_name} {row.external_id})"
    place = f"in the {row.lane} lane at level {row.level} of 4"
    if row.status == Status.WAITING:
        until = f"to be answered by {_clock(row.respond_by)} ({_left(row.respond_by - now)})"
        said = f"{about} waits {place}, {until}, {_with_whom(found)}."
    else:
        said = f"{about} is {row.status}; it was {place}, {_with_whom(found)}."
    return " ".join(filter(None, (said, _under_way(row.state))))


def _left(span: timedelta) -> str:
    minutes = round(abs(span) / timedelta(minutes=1))
    return f"{minutes} minutes left" if span >= timedelta() else f"{minutes} minutes ago"


def _under_way(state: str) -> str:
    return {
        "due": "Something came since: it is about to be decided again.",
        "dead": "It was given up after too many attempts; a person has to read it.",
    }.get(state, "")


def _with_whom(found: Inspected) -> str:
    row, newest = found.row, found.decisions[0]
    if row.agent_name:
        return f"with {row.agent_name}{', chosen by a person' if row.pinned else ''}"
    suggested = newest["suggested"]
    return f"suggested to {suggested}" if suggested else "with nobody yet"


def _reasons(made: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(f"{it['about']}: {it['text']}" for it in made["reasons"])


def _charge(made: Mapping[str, Any]) -> tuple[str, ...]:
    if made["state"] != "scored":
        return (f"not scored: {_words(made['state'])}",)
    raised = [f"{it['what']} {it['amount']:.2f}" for it in made["contributions"]]
    lines = [f"raised by {', '.join(raised) or 'nothing'}"]
    if way := made["trajectory"]:
        lines.append(
            f"{way['trend']}: {way['start']:.2f} in the first message, {way['now']:.2f} in the "
            "newest"
        )
    lines.append(f"feeling certain enough to name: {made['feeling'] or 'none'}")
    return tuple(lines)


def _evidence(made: Mapping[str, Any], found: Inspected) -> tuple[str, ...]:
    texts = {str(it["id"]): it["text"] for it in found.messages}
    said = [
        (one["weight"], texts[message][one["start"] : one["end"]], message)
        for message, parts in made["evidence"].items()
        for one in parts
        if abs(one["weight"]) >= LEAST_WEIGHT and message in texts
    ]
    strongest = sorted(said, key=lambda it: -abs(it[0]))[:QUOTED]
    return tuple(
        f"{weight:+.2f}  “{_one_line(text)}” (message {at})" for weight, text, at in strongest
    )


def _flags(made: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(
        f"{_words(it['flag'])}: “{_one_line(it['words'])}” (message {it['message_id']})"
        for it in made["flags"]
    )


def _holders(found: Inspected, ticket: Ticket, names: Mapping[AgentId, str]) -> tuple[str, ...]:
    given = [f"{_clock(it['at'])}  {it['reason']}" for it in reversed(found.assignments)]
    declined = sorted(names.get(it, f"agent {it}") for it in ticket.declined)
    return (*given, *(f"declined by {name}" for name in declined))


def _promise(one: Mapping[str, Any]) -> str:
    if one["kept_at"]:
        became = "kept late" if one["missed_at"] else "kept"
    else:
        became = "broken" if one["missed_at"] else "open"
    return f"by {_clock(one['due_at'])}: {_one_line(one['text'])} ({became})"


def _correction(one: Mapping[str, Any], names: Mapping[AgentId, str]) -> str:
    was, became = (_value(one["what"], one[when], names) for when in ("was", "now"))
    why = f": {_one_line(one['why'])}" if one["why"] else ""
    return f"{_clock(one['at'])}  {one['what']} {was} → {became}, {one['by']}{why}"


def _value(what: str, value: Any, names: Mapping[AgentId, str]) -> str:
    if what == What.AGENT and value is not None:
        return names.get(value, f"agent {value}")
    if isinstance(value, list):
        return ", ".join(map(_words, value)) or "none"
    return "none" if value is None else _words(str(value))


def _versions(made: Mapping[str, Any], decisions: int) -> tuple[str, ...]:
    by = made["versions"]
    again = f", the last of {decisions} decisions" if decisions > 1 else ""
    return (
        f"{_clock(made['at'])}{again}",
        f"model {by['model']}, policy {by['policy']}, playbook {by['playbook']}",
    )


def _changes(
    made: Mapping[str, Any], thread: Thread, everybody: Sequence[Agent], policy: Policy
) -> tuple[str, ...]:
    """Return what would change the decision, by the policy in force."""
    case = as_it_was(made, thread, everybody, policy)
    if case is None:
        return (f"unknown: not all messages were read by model {made['versions']['model']}",)
    said = [*_otherwise_now(made, case), *map(_sentence, changes(case)), *_people(case)]
    return tuple(said) or ("nothing that is near",)


def as_it_was(
    made: Mapping[str, Any], thread: Thread, everybody: Sequence[Agent], policy: Policy
) -> Case | None:
    """Return what a receipt says its decision was made from; None where scorings are missing."""
    ticket = ticket_then(thread.ticket, made)
    read = [thread.scorings.get(it.id) for it in recent(ticket, policy)]
    if None in read or not read:
        return None
    return Case(
        ticket=ticket,
        scorings=[it for it in read if it is not None],
        team=team_then(everybody, made),
        policy=policy,
        corrected=thread.corrected,
    )


def _otherwise_now(made: Mapping[str, Any], case: Case) -> list[str]:
    """Say what the policy in force makes of the same inputs, where that is something else."""
    now = case.decided()
    was = replace(
        now,
        lane=Lane(made["lane"]),
        charge=replace(now.charge, level=made["level"]),
        respond_by=datetime.fromisoformat(made["respond_by"]),
        agent=made["agent"],
    )
    if not (then := difference(was, now, case)):
        return []
    version = case.policy.version
    if version == made["versions"]["policy"]:
        return [f"Decided now from what was stored, it would {then}; the rest starts from there."]
    return [f"By policy {version}, in force now, it would {then}; the rest starts from there."]


def _people(case: Case) -> list[str]:
    hindered, next_one = others(case), runner_up(case)
    said = [f"{it.words}." for it in hindered[:NAMED]]
    if len(hindered) > NAMED:
        said.append(f"{len(hindered) - NAMED} more on shift lacked as much or more.")
    if next_one is not None:
        chosen = case.team.member(case.decided().agent)
        name = chosen.name if chosen else "whom it was given to"
        after = next_one.agent.name if next_one.agent else "nobody"
        said.append(f"Without {name}, {after} would have got it.")
    return said


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%d %b %H:%M} UTC"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _one_line(text: str) -> str:
    return " ".join(text.split())
