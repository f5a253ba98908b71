"""Calls that an account can bear: each waits for its turn, and what may succeed later is repeated.

What no repetition mends is said in one sentence: credentials that are refused, a redirect (which is
never followed), an answer too large. How often to try is the caller's `Patience`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.domain import retry
from triage.domain.quota import Quota
from triage.errors import HelpdeskAway, HelpdeskRefuses
from triage.helpdesks.call import Request, Response
from triage.outbound.client import AnswerRefused, Sends, Unreachable
from triage.outbound.gate import Gate
from triage.ports import Clock

REFUSES = frozenset({401, 403})
REDIRECTS = range(300, 400)

#: Waits until a moment; raises whatever ends the caller's work.
Wait = Callable[[datetime], None]


@dataclass(frozen=True, slots=True)
class Patience:
    """How many failures a call may have, and for how long it may be tried at all."""

    failures: int
    lasts: timedelta


PATIENT = Patience(12, timedelta(hours=2))  # somebody waits for the whole
BRIEF = Patience(4, timedelta(minutes=3))  # it is tried again in some minutes anyway
ONCE = Patience(1, timedelta(seconds=30))  # somebody waits for the answer


@dataclass(frozen=True, slots=True)
class Caller:
    """Calls one account; threads may share it. `draw` returns a fresh number from 0 up to 1."""

    sends: Sends
    gate: Gate
    quota: Callable[[Response], Quota | None]
    clock: Clock
    wait: Wait
    draw: Callable[[], float]
    patience: Patience

    def ask(self, request: Request) -> Response:
        """Return a good answer, or one that says what is wrong with this very request.

        Raises HelpdeskAway, HelpdeskRefuses, BadInput, StoreUnavailable, and what `wait` raises.
        """
        began, failures, waits = self.clock(), 0, 0
        while True:
            self._wait_for_turn(request, began)
            answer, why = self._once(request)
            if answer is not None and not retry.is_retryable(answer.status):
                self.gate.succeeded()
                return _checked(answer, request)
            throttled = answer is not None and answer.status == retry.TOO_MANY
            again = self._again_at(answer, waits if throttled else failures)
            waits += throttled
            failures += not throttled
            if throttled:
                self.gate.closed(request.counts, again, self.clock())
            else:
                self.gate.failed(self.clock())
            if failures >= self.patience.failures or again - began > self.patience.lasts:
                raise HelpdeskAway(why)
            self.wait(again)

    def ask_well(self, request: Request) -> Response:
        """Return a good answer. Raises as `ask`, and HelpdeskAway for any other answer."""
        answer = self.ask(request)
        if not answer.is_good:
            where = f"{request.method} {request.path}"
            raise HelpdeskAway(f"{where}: answered with status {answer.status}")
        return answer

    def _wait_for_turn(self, request: Request, began: datetime) -> None:
        """Wait until this call may go. Raises HelpdeskAway where that is beyond our patience."""
        turn = self.gate.turn(request.counts, self.clock())
        if turn - began > self.patience.lasts:
            raise HelpdeskAway(
                f"{request.path}: left alone until {turn:%Y-%m-%d %H:%M} UTC, "
                "for its limit or its failures"
            )
        self.wait(turn)

    def _once(self, request: Request) -> tuple[Response | None, str]:
        """Return the answer, None where there was none, and what was wrong with it."""
        self.gate.tries(self.clock())
        try:
            answer = self.sends.send(request)
        except Unreachable as error:
            return None, str(error)
        except AnswerRefused as error:
            raise HelpdeskAway(f"{request.path}: {error}") from None
        if found := self.quota(answer):
            self.gate.observed(found, self.clock())
        return answer, f"{request.path}: answered with status {answer.status}"

    def _again_at(self, answer: Response | None, attempt: int) -> datetime:
        now = self.clock()
        asked = retry.asked_for(answer.headers, now) if answer else None
        return now + retry.pause(attempt, self.draw(), asked)


def _checked(answer: Response, request: Request) -> Response:
    if answer.status in REFUSES:
        raise HelpdeskRefuses(
            f"{request.path}: answered with status {answer.status}: "
            "the credentials are not good, or lack the right for that"
        )
    if answer.status in REDIRECTS:
        raise HelpdeskRefuses(
            f"{request.path}: answered with a redirect, which is not followed; "
            "the address may be another one by now"
        )
    return answer
