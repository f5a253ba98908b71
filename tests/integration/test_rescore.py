"""A run over the database: scored by workers, compared, applied, taken back; on real databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from tests.fakes import NOON
from tests.integration.rescoring import Rescoring
from triage import assign, correct, score_again
from triage.correct import Person
from triage.domain.agent import AgentId
from triage.domain.policy import Lane
from triage.domain.ticket import Author, TicketId
from triage.errors import BadInput, ChangedMeanwhile, UnknownRun
from triage.queue import CHANGE_AGAIN, SCORE_AGAIN
from triage.store import purge, rescore_chunks, tables
from triage.store.database import Database
from triage.store.rescores import IN_A_CHUNK
from triage.yamlfile import BadFile

ANGER = "I am full of anger"


@pytest.fixture
def world(database: Database) -> Rescoring:
    return Rescoring(database)


def as_decided(row: Any) -> dict[str, Any]:
    return {name: it for name, it in row._mapping.items() if name != "revision"}


def some_angry(world: Rescoring, count: int) -> list[TicketId]:
    tickets = [world.accept(f"m{n}", ANGER, ticket=f"t{n}") for n in range(count)]
    world.decide(*tickets)
    return tickets


def test_a_run_is_scored_compared_applied_and_taken_back(world):
    world.hire()
    angry = world.decided("m1", ANGER)
    calm = world.decided("m2", "hello", ticket="calm")
    before = {it: world.ticket(it) for it in (angry, calm)}
    run = world.start()
    scored = world.scores(run)
    assert scored.state == "scored"
    assert scored.run.compared["changed"]["level"] == 1
    assert world.ticket(angry) == before[angry]
    world.act(run, "apply")
    applied = world.applies(run)
    assert applied.state == "applied"
    assert (world.ticket(angry).level, world.ticket(angry).lane) == (1, "standard")
    assert world.ticket(calm) == before[calm]
    world.act(run, "undo")
    assert world.applies(run).state == "undone"
    assert as_decided(world.ticket(angry)) == as_decided(before[angry])
    assert world.count(tables.decision) == 3


def test_what_is_applied_is_decided_with_receipt_event_and_reason(world):
    ticket = world.decided("m1", ANGER)
    world.hire(experience=1)  # too little for what is charged
    run = world.start()
    world.scores(run)
    assert world.look(run).run.compared["changed"]["agent"] == 1
    world.act(run, "apply")
    world.applies(run)
    row = world.row(ticket)
    assert (row.lane, row.agent_name) == ("standard", "Ann")
    assert row.decision["lane"] == "standard"
    assert world.kinds() == ["decided", "decided"]
    with world.database.reading() as connection:
        given = connection.execute(tables.assignment.select()).one()
    assert given.reason.startswith(f"scored again ({run}); Ann")


def test_taking_back_gives_the_ticket_back_to_who_held_it(world):
    ticket = world.decided("m1", ANGER)
    world.hire(experience=1)
    run = world.start()
    world.scores(run)
    world.act(run, "apply")
    world.applies(run)
    world.act(run, "undo")
    world.applies(run)
    assert world.ticket(ticket).assignee_id is None
    assert world.ticket(ticket).hand_overs == 0
    assert world.kinds() == ["decided", "decided", "taken_back"]


def test_what_nobody_would_see_change_is_not_written(world):
    ticket = world.decided("m1", ANGER)
    run = world.start(policy=None)
    looked = world.scores(run)
    assert {it: n for it, n in looked.progress.items.items() if n} == {"same": 1}
    world.act(run, "apply")
    assert world.applies(run).state == "applied"
    assert world.count(tables.decision) == 1
    assert world.ticket(ticket).decision_id is not None


def test_every_message_is_scored_once_whoever_dies(world):
    other = world.other_model()
    for n in range(3):
        world.decided(f"m{n}", f"{ANGER} {n}", ticket=f"t{n}")
    run = world.start(model_folder="/models/other")
    other.dies_at = 2
    with pytest.raises(KeyboardInterrupt):
        world.scores(run)
    assert world.scores(run).progress.read == 0  # the dead one holds it still
    world.clock.forward(seconds=rescore_chunks.LEASE.total_seconds() + 1)
    assert world.scores(run).progress.read == 3
    assert world.scorings("other-1") == 3


def test_what_is_stored_while_a_ticket_is_read_loses_none(world):
    other = world.other_model()
    for n in range(3):
        world.decided(f"m{n}", f"{ANGER} {n}", ticket=f"t{n}")
    score = other.score

    def slowly(text: str, hint: str | None = None) -> Any:
        world.clock.forward(seconds=rescore_chunks.KEEP_EVERY.total_seconds())
        return score(text, hint)

    other.score = slowly
    looked = world.scores(world.start(model_folder="/models/other"))
    assert (looked.state, looked.progress.read) == ("scored", 3)


def test_a_text_that_comes_again_is_read_once(world):
    other = world.other_model()
    some_angry(world, 5)
    world.scores(world.start(model_folder="/models/other"))
    assert other.asked == [ANGER]
    assert world.scorings("other-1") == 5


def test_a_worker_that_lost_its_lease_stores_nothing(world):
    other = world.other_model()
    some_angry(world, 2)
    run = world.start(model_folder="/models/other")
    score = other.score

    def frozen(text: str, hint: str | None = None) -> Any:
        other.score = score
        world.clock.forward(seconds=rescore_chunks.LEASE.total_seconds() + 1)
        with world.database.writing() as connection:
            assert rescore_chunks.claim(connection, run, world.clock())
        return score(text, hint)

    other.score = frozen
    score_again.work_on(world.bulk, run, world.clock() + timedelta(minutes=5))
    assert world.scorings("other-1") == 0
    assert not world.items(run)


def test_one_ticket_that_cannot_be_read_harms_no_other(world):
    other = world.other_model()
    some_angry(world, 2)
    bad = world.decided("bad", "cursed", ticket="bad")
    other.failing = "cursed"
    looked = world.scores(world.start(model_folder="/models/other"))
    assert looked.progress.items["failed"] == 1
    assert looked.progress.read == 3
    assert world.items(looked.run.id)[bad].state == "failed"


def test_a_ticket_that_ends_every_worker_is_left_out_and_the_rest_of_its_chunk_is_read(world):
    other = world.other_model()
    tickets = [world.decided(f"m{n}", f"{ANGER} {n}", ticket=f"t{n}") for n in range(3)]
    run = world.start(model_folder="/models/other")
    score = other.score

    def ends_its_worker(text: str, hint: str | None = None) -> Any:
        if text == f"{ANGER} 1":
            raise KeyboardInterrupt
        return score(text, hint)

    other.score = ends_its_worker
    for _ in range(rescore_chunks.MOST_ATTEMPTS):  # the first takes the first ticket along, too
        with pytest.raises(KeyboardInterrupt):
            world.scores(run)
        world.clock.forward(seconds=rescore_chunks.LEASE.total_seconds() + 1)
    looked = world.scores(run)
    assert (looked.state, looked.progress.read, looked.progress.parked) == ("scored", 3, 0)
    states = {ticket: it.state for ticket, it in world.items(run).items()}
    assert [states[it] for it in tickets].count("failed") == 1
    assert states[tickets[1]] == "failed"


def test_a_chunk_that_failed_too_often_is_given_up_and_said(world):
    some_angry(world, IN_A_CHUNK + 1)
    run = world.start()
    for _ in range(rescore_chunks.MOST_ATTEMPTS):
        with world.database.writing() as connection:
            assert rescore_chunks.claim(connection, run, world.clock()).number == 1
        world.clock.forward(seconds=rescore_chunks.LEASE.total_seconds() + 1)
    world.sweeps()
    looked = world.scores(run)
    assert (looked.state, looked.progress.read, looked.progress.parked) == ("scored", 1, 1)
    assert "chunk 1 of 2 is left out: it failed 8 times" in looked.run.trouble


def test_live_goes_first_between_two_texts(world):
    world.other_model()
    for n in range(3):
        world.decided(f"m{n}", f"{ANGER} {n}", ticket=f"t{n}")
    world.scores(world.start(model_folder="/models/other"))
    assert world.ways_given >= 3


def test_pause_keeps_what_is_done_and_resume_goes_on(world):
    some_angry(world, 2)
    run = world.start()
    world.act(run, "pause")
    assert world.scores(run).progress.read == 0
    assert world.sweeps() == []
    world.act(run, "resume")
    assert world.sweeps() == [(SCORE_AGAIN, run, 2)]
    assert world.scores(run).state == "scored"


def test_threads_on_their_way_are_not_asked_for_again_until_they_are_lost(world):
    some_angry(world, 1)
    run = world.start()
    assert world.sweeps() == [(SCORE_AGAIN, run, 2)]
    world.clock.forward(seconds=1)
    assert world.sweeps() == []
    world.clock.forward(seconds=6)
    assert world.sweeps() == [(SCORE_AGAIN, run, 2)]


def test_applying_keeps_to_its_rate_and_to_urgency(world):
    for n in range(6):
        world.decided(f"m{n}", ANGER, ticket=f"t{n}", at=NOON - timedelta(minutes=n))
    run = world.start(rate=2.0)
    world.scores(run)
    world.act(run, "apply")
    assert world.sweeps() == [(CHANGE_AGAIN, run, 1)]
    world.clock.forward(seconds=1)
    applied = [applied_after(world, run) for _ in range(4)]
    assert applied == [[6], [6, 5, 4], [6, 5, 4, 3, 2], [6, 5, 4, 3, 2, 1]]


def applied_after(world: Rescoring, run: int) -> list[int]:
    world.step(run)
    world.clock.forward(seconds=1)
    items = world.items(run).values()
    done = [it for it in items if it.state == "applied"]
    return [it.ticket_id for it in sorted(done, key=lambda it: it.new_respond_by)]


@pytest.mark.parametrize("what", ["a message", "an override", "a decision", "an answer"])
def test_a_ticket_that_changed_meanwhile_is_skipped_and_said(world, what):
    world.hire()
    ticket, other = some_angry(world, 2)
    run = world.start()
    world.scores(run)
    changes(world, ticket, what)
    before = world.ticket(ticket)
    world.act(run, "apply")
    looked = world.applies(run)
    assert looked.progress.items == {"applied": 1, "skipped": 1}
    assert world.ticket(ticket) == before
    assert world.items(run)[ticket].why
    assert world.ticket(other).level == 1


def changes(world: Rescoring, ticket: TicketId, what: str) -> None:
    world.clock.forward(seconds=1)
    sue = Person(ticket_id=ticket, revision=world.ticket(ticket).revision, by="Sue")
    match what:
        case "a message":
            world.accept("again", "hello?", ticket="t0", at=world.clock())
            world.decide(ticket)
        case "an override":
            correct.choose_lane(world.database, sue, Lane.GENTLE, world.clock())
            world.decide(ticket)
        case "a decision":
            run = world.start(policy="version: other\n" + CALM)
            world.scores(run)
            world.act(run, "apply")
            world.applies(run)
            restore(world, ticket)
        case "an answer":
            world.accept("a", "On it.", ticket="t0", author=Author.AGENT, at=world.clock())


CALM = "charge:\n  level_cuts: [0.6, 0.97, 0.98, 0.99]\n"


def restore(world: Rescoring, ticket: TicketId) -> None:
    """Let only this ticket have been applied by the other run."""
    query = update(tables.ticket).where(tables.ticket.c.id != ticket)
    first = tables.decision.select().order_by(tables.decision.c.id)
    with world.database.writing() as connection:
        for row in connection.execute(first).all():
            if row.ticket_id != ticket and row.policy_version == "1":
                mine = query.where(tables.ticket.c.id == row.ticket_id)
                connection.execute(mine.values(decision_id=row.id))


def test_what_a_person_chose_is_kept(world):
    world.hire()
    world.hire(name="Bea", email="bea@example.org")
    ticket = world.decided("m1", ANGER)
    with world.database.reading() as connection:
        bea = AgentId(
            connection.execute(tables.agent.select().where(tables.agent.c.name == "Bea")).one().id
        )
    sue = Person(ticket_id=ticket, revision=world.ticket(ticket).revision, by="Sue")
    revision = correct.give(world.database, sue, bea, world.parts.policy, world.clock())
    sue = Person(ticket_id=ticket, revision=revision, by="Sue")
    correct.choose_lane(world.database, sue, Lane.GENTLE, world.clock())
    world.decide(ticket)
    run = world.start()
    world.scores(run)
    world.act(run, "apply")
    world.applies(run)
    row = world.ticket(ticket)
    assert (row.lane, row.level, row.assignee_id, row.pinned) == ("gentle", 1, bea, True)


def test_what_happened_since_is_left_when_it_is_taken_back(world):
    world.hire()
    ticket, other = some_angry(world, 2)
    run = world.start()
    world.scores(run)
    world.act(run, "apply")
    world.applies(run)
    changes(world, ticket, "an override")
    world.act(run, "undo")
    looked = world.applies(run)
    assert looked.progress.items == {"left": 1, "undone": 1}
    assert world.ticket(ticket).lane == "gentle"
    assert world.ticket(other).level >= 3
    assert "since" in world.items(run)[ticket].why


def test_a_run_may_be_applied_again_after_it_was_taken_back(world):
    (ticket,) = some_angry(world, 1)
    for _ in range(2):
        run = world.start()
        world.scores(run)
        world.act(run, "apply")
        assert world.applies(run).progress.items == {"applied": 1}
        assert world.ticket(ticket).level == 1
        world.act(run, "undo")
        world.applies(run)
    assert world.count(tables.decision) == 3


def test_what_was_answered_keeps_its_deadline(world):
    (ticket,) = some_angry(world, 1)
    world.clock.forward(minutes=5)
    world.accept("a", "On it.", ticket="t0", author=Author.AGENT, at=world.clock())
    before = world.ticket(ticket)
    run = world.start(open=False, since="1d")
    world.scores(run)
    world.act(run, "apply")
    world.applies(run)
    row = world.ticket(ticket)
    assert (row.level, row.respond_by) == (1, before.respond_by)


def test_who_would_get_what_is_worked_out_on_a_team_that_fills(world):
    some_angry(world, 3)
    world.hire(experience=1, capacity=2)  # too little for what is charged
    run = world.start()
    world.scores(run)
    compared = world.look(run).run.compared
    assert compared["changed"]["agent"] == 2
    assert compared["agents"] == [{"agent": 1, "load": [0, 2], "emotional": [0.0, 0.0]}]


def test_a_model_that_no_worker_can_use_stops_the_run_with_one_sentence(world):
    some_angry(world, 1)
    run = world.start(model_folder="/nowhere")
    looked = world.scores(run)
    assert looked.run.paused
    assert looked.run.trouble == "a worker cannot use the model in /nowhere: no such folder"
    world.other_model("/nowhere")
    world.act(run, "resume")
    looked = world.scores(run)
    assert (looked.state, looked.run.trouble) == ("scored", "")


def test_a_model_that_becomes_another_one_stops_the_run(world):
    some_angry(world, IN_A_CHUNK + 1)
    world.other_model()
    run = world.start(model_folder="/models/other")
    with world.database.writing() as connection:
        assert rescore_chunks.claim(connection, run, world.clock())
        assert world_settles(connection, run) == "other-1"
    world.other_model(version="other-2")
    looked = world.scores(run)
    assert looked.run.paused
    assert "begun with model other-1, and /models/other now holds other-2" in looked.run.trouble


def world_settles(connection: Any, run: int) -> str:
    from triage.store import rescores  # noqa: PLC0415

    return rescores.settle_model(connection, run, "other-1")


def test_a_clock_that_goes_back_holds_nothing_up(world):
    some_angry(world, 1)
    run = world.start()
    with world.database.writing() as connection:
        assert rescore_chunks.claim(connection, run, world.clock())
    world.clock.forward(hours=-2)
    assert world.scores(run).state == "scored"
    world.act(run, "apply")
    world.clock.forward(hours=-2)
    assert world.applies(run).state == "applied"


def test_only_one_run_changes_tickets_at_a_time(world):
    some_angry(world, 1)
    one, two = world.start(), world.start()
    world.scores(one)
    world.scores(two)
    world.act(one, "apply")
    with pytest.raises(ChangedMeanwhile, match=f"run {one} is changing tickets now"):
        world.act(two, "apply")
    world.applies(one)
    world.act(two, "apply")
    assert world.applies(two).progress.items == {"skipped": 1}


WRONG = {
    "pause": "run 1 is cancelled; there is nothing to pause",
    "resume": "run 1 is cancelled; there is nothing to resume",
    "cancel": "run 1 is cancelled; there is nothing to cancel",
    "apply": "run 1 is cancelled; only a run that is scored can be applied",
    "undo": "run 1 changed nothing; there is nothing to take back",
}


@pytest.mark.parametrize("verb", WRONG)
def test_a_cancelled_run_stays_cancelled(world, verb):
    some_angry(world, 1)
    run = world.start()
    world.act(run, "cancel")
    with pytest.raises(ChangedMeanwhile) as said:
        world.act(run, verb)
    assert str(said.value) == WRONG[verb]


def test_applying_and_taking_back_happen_once(world):
    some_angry(world, 1)
    run = world.start()
    world.scores(run)
    world.act(run, "apply")
    with pytest.raises(ChangedMeanwhile, match="still being applied; cancel it first"):
        world.act(run, "undo")
    world.applies(run)
    with pytest.raises(ChangedMeanwhile, match="run 1 was applied already"):
        world.act(run, "apply")
    world.act(run, "undo")
    world.applies(run)
    with pytest.raises(ChangedMeanwhile, match="run 1 was taken back already"):
        world.act(run, "undo")


BAD = [
    ({"open": False}, "which tickets\\?"),
    ({"query": "mood=bad"}, "unknown word 'mood', expected one of agent, flag"),
    ({"query": "lane=angry"}, "unknown lane 'angry', expected one of safeguard"),
    ({"query": "source=nowhere"}, "unknown source 'nowhere', expected one of demo"),
    ({"query": "agent=Nobody"}, "no one agent 'Nobody'"),
    ({"query": "late=maybe"}, "late='maybe', expected late alone, or true or false"),
    ({"query": "q='open"}, "No closing quotation"),
    ({"query": "language=xx"}, "language=xx: no ticket that was decided"),
    ({"open": False, "since": "soon"}, "since 'soon': expected a number"),
    ({"rate": 0.0}, "rate 0: expected more than 0"),
    ({"rate": float("nan")}, "rate nan: expected"),
    ({"model_folder": "models"}, "expected a folder's whole path"),
]


@pytest.mark.parametrize(("asked", "said"), BAD)
def test_what_is_asked_wrongly_is_answered_in_one_sentence(world, asked, said):
    some_angry(world, 1)
    with pytest.raises(BadInput, match=said):
        world.start(**asked)


def test_a_policy_that_is_refused_names_its_line(world):
    some_angry(world, 1)
    with pytest.raises(BadFile, match=r"p\.yaml, line 2: unknown key 'mood'"):
        world.start(policy="version: a\nmood: bad\n", names=("p.yaml", ""))


def test_there_is_no_run_that_nobody_began(world):
    with pytest.raises(UnknownRun, match="there is no run 7"):
        world.act(7, "pause")


@pytest.mark.parametrize(
    "query", ["lane=charged language=en", "/?lane=charged&language=en&q=", "agent=Ann q='full of'"]
)
def test_the_desks_own_words_say_which_tickets(world, query):
    world.hire()
    world.decided("m1", ANGER, subject="I am full of it")
    world.decided("m2", "hello", ticket="calm")
    run = world.start(open=False, query=query)
    assert world.look(run).run.tickets == 1


def test_deleted_tickets_are_no_part_of_a_run(world):
    gone, stays = some_angry(world, 2)
    run = world.start()
    with world.database.writing() as connection:
        purge.delete_tickets(connection, [gone])
    assert list(world.items(run)) == []
    assert world.scores(run).progress.read == 1
    with world.database.writing() as connection:
        assert purge.delete_tickets(connection, [stays])["rescore_item"] == 1


def test_who_is_free_gets_what_the_run_put_into_their_reach(world):
    some_angry(world, 1)
    run = world.start()
    world.scores(run)
    world.act(run, "apply")
    world.applies(run)
    world.hire(experience=1)
    assert assign.assign_waiting(world.database, world.parts.policy, world.clock()) == 1
