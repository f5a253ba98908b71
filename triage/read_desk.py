"""Read a helpdesk page by page, and the thread of each ticket that is new or has changed.

A helpdesk that is away is waited for; one ticket or page that cannot be read is told from that by
whether the helpdesk still knows us, and becomes a reject. Nothing here writes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from triage.errors import HelpdeskAway
from triage.helpdesks.backlog.backlog import Backlog, Broken, Cursor, Listed, Page
from triage.helpdesks.call import Request, Response
from triage.helpdesks.event import Event, Malformed
from triage.outbound.caller import Caller, Patience
from triage.reach import Reached

TRIES = 3  # of a page whose text makes no sense
THREAD_FAILURES = 4  # of one ticket before the helpdesk itself is asked
MOST_PARTS = 100  # requests for one thread
GONE = frozenset({404, 410})

_T = TypeVar("_T")
_R = TypeVar("_R")


@dataclass(frozen=True, slots=True)
class Read:
    """A ticket with what happened in it; no events: nothing of it is public, or it is gone."""

    listed: Listed
    events: tuple[Event, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one helpdesk; threads may share it."""

    reached: Reached
    backlog: Backlog

    def page(self, cursor: Cursor) -> Page | Broken:
        """Return the page at the cursor, or why it cannot be read. Raises what `ask` raises."""
        why = ""
        for _ in range(TRIES):
            try:
                answer = self._good(self.reached.caller, self.backlog.page_request(cursor))
                return self.backlog.read_page(answer, cursor)
            except Malformed as error:
                why = str(error)
            except HelpdeskAway as error:
                self._is_there(error)
                why = str(error)
                break
        return Broken(None, why, cursor.as_json())

    def ticket(self, listed: Listed) -> Read | Broken:
        """Return a ticket with its thread, or why it cannot be read. Raises what `ask` raises."""
        why = ""
        for _ in range(2):
            try:
                return self._ticket(listed)
            except Malformed as error:
                return Broken(listed.external_id, str(error), listed.ticket.value)
            except HelpdeskAway as error:
                self._is_there(error)
                why = str(error)
        return Broken(listed.external_id, why, listed.ticket.value)

    def _ticket(self, listed: Listed) -> Read:
        lasts = self.reached.caller.patience.lasts
        brief = self.reached.with_patience(Patience(THREAD_FAILURES, lasts))
        answers: list[Response] = []
        while isinstance(step := self.backlog.thread(listed, answers), Request):
            if len(answers) == MOST_PARTS:
                raise Malformed(f"the thread has no end after {MOST_PARTS} parts")
            answer = brief.ask(step)
            if answer.status in GONE:
                return Read(listed, ())
            answers.append(_good(answer, step))
        return Read(listed, tuple(step))

    def _is_there(self, error: HelpdeskAway) -> None:
        """Return if the helpdesk answers at all, however long that takes; else raise the error."""
        try:
            self.reached.caller.ask(self.reached.account.whoami())
        except HelpdeskAway:
            raise error from None

    def _good(self, caller: Caller, request: Request) -> Response:
        return _good(caller.ask(request), request)


def _good(answer: Response, request: Request) -> Response:
    if not answer.is_good:
        raise Malformed(f"{request.path}: answered with status {answer.status}")
    return answer


def ahead(
    pool: ThreadPoolExecutor, act: Callable[[_T], _R], items: Iterable[_T], most: int
) -> Iterator[_R]:
    """Yield each item's result in order, at most so many of them in work or in memory."""
    under_way: deque[Future[_R]] = deque()
    for item in items:
        under_way.append(pool.submit(act, item))
        if len(under_way) >= most:
            yield under_way.popleft().result()
    while under_way:
        yield under_way.popleft().result()
