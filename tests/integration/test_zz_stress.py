from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
import random
import pytest
from sqlalchemy import select
from tests.builders import POLICY
from tests.fakes import NOON
from tests.integration.test_decide import World
from tests.integration.test_intake import event
from tests.integration.test_people import hire
from triage import assign, decide, sweep, correct
from triage.correct import Person
from triage.domain.agent import AgentId
from triage.domain.ticket import Author, Status, TicketId
from triage.errors import ChangedMeanwhile
from triage.store import agents, intake, tables, events as ev

LATE = NOON + timedelta(hours=10)

@pytest.fixture
def world(database):
    return World(database)

def deliver(world, some):
    with world.database.writing() as c:
        intake.lock_tickets(c, [(world.source_id, e.ticket_id) for e in some])
        for e in some:
            s = intake.store_event(c, world.source_id, e, POLICY, world.clock())
            ev.append(c, ev.EventKind.ANSWERED, [s.ticket_id], world.clock())

@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_stress(world, seed):
    hire(world, "Ann", "Ben", "Cal", capacity=4)
    n = 64
    ids = [world.accept(f"m{k}", "hello" if k % 3 else "full of anger", ticket=f"T{k}") for k in range(n)]
    world.clock.now = LATE
    together = Barrier(16)
    def work(who):
        rnd = random.Random(seed * 100 + who)
        together.wait()
        for step in range(25):
            what = rnd.choice(["decide", "decide", "assign", "answer", "close", "hand", "ask", "present", "give", "prom"])
            some = rnd.sample(range(n), 6)
            try:
                if what == "decide":
                    decide.decide_tickets([ids[k] for k in some], world.parts)
                elif what == "assign":
                    assign.assign_waiting(world.database, POLICY, LATE)
                elif what == "hand":
                    assign.hand_on(world.database, POLICY, LATE)
                elif what == "answer":
                    deliver(world, [event(f"a{who}-{step}-{k}", "done", ticket=f"T{k}", author=Author.AGENT, at=LATE) for k in some[:3]])
                elif what == "close":
                    deliver(world, [event(f"c{who}-{step}-{k}", None, ticket=f"T{k}", status=Status.CLOSED, at=LATE) for k in some[:3]])
                elif what == "ask":
                    deliver(world, [event(f"q{who}-{step}-{k}", "hello", ticket=f"T{k}", at=LATE) for k in some[:3]])
                elif what == "present":
                    with world.database.writing() as c:
                        agents.set_present(c, AgentId(rnd.randint(1, 3)), present=rnd.random() < .7)
                elif what == "prom":
                    sweep.miss_promises(world.database, LATE + timedelta(days=3))
                    sweep.give_up(world.database, LATE)
                elif what == "give":
                    t = ids[some[0]]
                    try:
                        correct.give(world.database, Person(ticket_id=t, revision=world.ticket(t).revision, by="S"), AgentId(rnd.randint(1,3)), POLICY, LATE)
                    except ChangedMeanwhile:
                        pass
            except Exception as e:
                c = e.__cause__ or e
                raise RuntimeError(f"{what}: {type(c)} {c}") from None
    with ThreadPoolExecutor(16) as pool:
        futures = [pool.submit(work, w) for w in range(16)]
    errs = [str(f.exception())[:600] for f in futures if f.exception()]
    assert not errs, "\n".join(errs)
