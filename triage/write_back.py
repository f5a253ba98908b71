"""Write back: the helpdesk is told what was decided, and what its people decided is left alone.

One writer a helpdesk, the most pressing ticket first. Each ticket is read before it is written; a
note is announced in the database before it is sent, so that whoever comes after a crash looks for
it there instead of sending it again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from triage.domain import private_note, retry
from triage.domain.ticket import Status
from triage.domain.write_back import (
    Part,
    Plan,
    Standing,
    Wanted,
    after,
    plan,
    priority_of,
    said,
    tags_of,
)
from triage.errors import HelpdeskAway, HelpdeskRefuses
from triage.helpdesks.call import Request, Response
from triage.helpdesks.event import Malformed
from triage.helpdesks.steps import Steps, carried_out
from triage.helpdesks.writing.registry import WRITINGS
from triage.helpdesks.writing.writing import Beaten, Job, NotThere, Writing, highest
from triage.outbound.caller import Caller, Patience
from triage.ports import Clock
from triage.reach import Reached
from triage.store import accounts, outbox
from triage.store.database import Database
from triage.store.outbox import Due, Held

TOGETHER = 50  # tickets read at once from the database; each is planned as it is by then
ASK_AGAIN = timedelta(hours=12)  # after what a helpdesk calls an agent
STALE = frozenset({409, 412})  # somebody was faster: what stands there must be read again
GONE = frozenset({404, 410})
MOST_WRITES, WITHIN = 5, timedelta(minutes=10)  # a ticket's own budget: it ends any loop
#: A write whose answer is lost may have been carried out: what stands there is looked at before it
#: is made again. Being asked to wait says that it was not.
#: With the call itself it ends before the lease does, so that nobody else writes meanwhile.
NOT_AGAIN = Patience(1, timedelta(seconds=100))
#: A ticket at which the helpdesk fails lets the others go first: the trouble may be its own.
PASSED_OVER = timedelta(minutes=1)
ARRIVED = ("written", "a private note: it had arrived, only the answer was lost")
_T = TypeVar("_T")

NOT_THERE = ("left", "the helpdesk has no such ticket any more")


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteBack:
    """Writes to one helpdesk; what it needs, and whom it tells that something was given up."""

    database: Database
    desk: Reached
    clock: Clock
    draw: Callable[[], float]
    given_up: Callable[[Due], None] = field(default=lambda _: None)

    @property
    def _writing(self) -> Writing:
        return WRITINGS[self.desk.source.vendor]

    def run(self) -> int:
        """Write what is due until nothing is; return how many tickets were looked at.

        Raises HelpdeskAway, HelpdeskRefuses, ChangedMeanwhile, StoreUnavailable, Stopped; what was
        not written stays due.
        """
        with self.database.writing() as connection:
            held = outbox.take(connection, self.desk.source.source_id, self.clock())
        if held is None:
            return 0
        failure: dict[str, Any] = {"failure": None}
        try:
            return self._all(held)
        except (HelpdeskAway, HelpdeskRefuses) as error:
            failure = {"failure": str(error), "failed_at": self.clock()}
            raise
        finally:
            with self.database.writing() as connection:
                outbox.release(connection, held, **failure)

    def _all(self, held: Held) -> int:
        own, count = self._own(), 0
        while True:
            with self.database.reading() as connection:
                some = outbox.due(connection, held.source_id, TOGETHER, self.clock())
            for one in some:
                _Ticket(self, held, one, own).tell()
            if not some:
                return count
            count += len(some)

    def _own(self) -> str:
        """Return who we are there; it is asked once."""
        source = self.desk.source
        if source.own is not None:
            return source.own
        answer = self.desk.caller.ask(self.desk.account.whoami())
        try:
            own = self._writing.own(source.credentials, answer)
        except Malformed as error:
            raise HelpdeskAway(f"who we are there could not be read: {error}") from error
        with self.database.writing() as connection:
            accounts.note_own(connection, source.source_id, own)
        return own


class _Ticket:
    """One ticket being told of."""

    def __init__(self, parts: WriteBack, held: Held, one: Due, own: str) -> None:
        self._parts = parts
        self._held = held
        self._one = one
        self._own = own
        self._writing = parts._writing
        self._written = one.written

    def tell(self) -> None:
        """Write what differs; what goes wrong with this very ticket is tried again later."""
        if (until := self._rests()) is not None:
            return self._leave(until)
        try:
            self._tell()
        except Beaten:
            self._put_off("somebody changed the ticket at the same moment")
        except (Malformed, _Rejected) as error:
            self._put_off(str(error))
        except HelpdeskAway:
            self._leave(self._now() + PASSED_OVER)
            raise

    def _tell(self) -> None:
        if self._one.status is not Status.WAITING or self._one.result is None:
            return self._finish([])
        try:
            standing = self._run(self._writing.standing(self._one.external_id))
        except (_Gone, NotThere):
            return self._finish([NOT_THERE])
        arrived = self._look_for_note()
        found = plan(self._wanted(), standing, self._written, self._on())
        if found.writes:
            self._write(found, standing)
        return self._finish([*arrived, *said(found)])

    def _look_for_note(self) -> list[tuple[str, str]]:
        """Learn whether a note that may have been on its way when somebody died has arrived."""
        if (key := self._one.sending) is None:
            return []
        mark = private_note.mark(self._one.ticket_id, key)
        if self._run(self._writing.has_note(self._one.external_id, mark)):
            self._written = replace(self._written, note=key)
            return [ARRIVED]
        return []

    def _on(self) -> frozenset[Part]:
        return self._held.parts & self._writing.PARTS

    def _wanted(self) -> Wanted:
        one = self._one
        assert one.result is not None, "nothing is told of what is not decided"
        flags, feeling = one.flags, one.feeling
        return Wanted(
            tags=tags_of(one.lane, one.level, flags, feeling),
            priority=highest(priority_of(one.lane, one.level), self._writing.PRIORITIES),
            assignee=self._assignee() if Part.ASSIGNEE in self._on() else None,
            fields=fields_of(one, self._fields()),
            note=private_note.note_of(one.ticket_id, one.lane, one.result),
        )

    def _fields(self) -> Mapping[str, str]:
        """Return the fields that are to show something, by what; no name that is no field's."""
        may, known = self._writing.FIELD, self._held.fields
        return {shows: name for shows, name in known.items() if may.fullmatch(name)}

    def _assignee(self) -> str | None:
        """Return what the helpdesk calls the agent; it is asked once in a while."""
        agent, email = self._one.agent, self._one.email
        if agent is None or email is None:
            return None
        source_id, now = self._held.source_id, self._now()
        with self._parts.database.reading() as connection:
            asked, name = outbox.known_as(connection, source_id, agent, now - ASK_AGAIN)
        if asked:
            return name
        try:
            name = self._run(self._writing.agent(email))
        except _Rejected:
            name = None
        with self._parts.database.writing() as connection:
            outbox.note_agent(connection, source_id, agent, name, now)
        return name

    def _write(self, found: Plan, standing: Standing) -> None:
        if found.note:
            with self._parts.database.writing() as connection:
                outbox.intend(connection, self._held, self._one, found.note.key, self._now())
            found = replace(found, note=private_note.with_left(found.note, found.left))
        job = Job(self._one.external_id, found, standing, self._own)
        once = self._parts.desk.with_patience(NOT_AGAIN)
        self._run(self._writing.write(job), once, self._keep)
        self._written = after(self._written, found)

    def _finish(self, told: list[tuple[str, str]]) -> None:
        with self._parts.database.writing() as connection:
            outbox.finish(connection, self._held, self._one, self._written, told, self._now())

    def _put_off(self, why: str) -> None:
        now = self._now()
        until = now + retry.pause(self._one.attempts, self._parts.draw())
        with self._parts.database.writing() as connection:
            last = outbox.put_off(connection, self._held, self._one, until, why, now)
        if last:
            self._parts.given_up(self._one)

    def _leave(self, until: datetime) -> None:
        with self._parts.database.writing() as connection:
            outbox.wait(connection, self._held, self._one, until, self._now())

    def _rests(self) -> datetime | None:
        """Return until when the ticket is left alone, None where it may be written."""
        with self._parts.database.reading() as connection:
            since = self._now() - WITHIN
            times = outbox.lately(connection, self._one.ticket_id, since)
        return times[-MOST_WRITES] + WITHIN if len(times) >= MOST_WRITES else None

    def _keep(self) -> None:
        """Keep the lease for one more call. Raises ChangedMeanwhile."""
        with self._parts.database.writing() as connection:
            outbox.keep(connection, self._held, self._now())

    def _run(
        self,
        steps: Steps[_T],
        caller: Caller | None = None,
        before_each: Callable[[], None] = lambda: None,
    ) -> _T:
        """Make the calls of a task one after another, and return what it learns."""
        asks = caller or self._parts.desk.caller

        def ask(request: Request) -> Response:
            before_each()
            return _taken(request, asks.ask(request))

        return carried_out(steps, ask)

    def _now(self) -> datetime:
        return self._parts.clock()


def _taken(request: Request, answer: Response) -> Response:
    """Return a good answer. Raises _Gone, Beaten, _Rejected."""
    if answer.status in GONE:
        raise _Gone(f"{request.path}: the helpdesk has no such thing")
    if answer.status in STALE:
        raise Beaten
    if not answer.is_good:
        raise _Rejected(f"{request.path}: refused with status {answer.status}")
    return answer


class _Rejected(Exception):
    """The helpdesk did not take it, whatever the credentials: this ticket is tried again later."""


class _Gone(_Rejected):
    """What was asked for is not there."""


def fields_of(one: Due, fields: Mapping[str, str]) -> Mapping[str, str]:
    """Return the values of the helpdesk's own fields, by what each is to show."""
    shown = {
        "lane": str(one.lane),
        "level": str(one.level),
        "respond_by": one.respond_by.isoformat(timespec="minutes"),
    }
    return {fields[name]: value for name, value in shown.items() if name in fields}
