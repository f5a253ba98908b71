"""Open-loop traffic: so many deliveries a second, whether or not the earlier ones were answered.

Tickets, replies, replies that come before their ticket, agents' replies, now and then one delivery
fifty times at once. What is not acknowledged is sent again under the same id. The log of what was
acknowledged is what the checker compares with the database.
"""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from http.client import HTTPException
from itertools import chain, count, repeat

from tests.e2e.helpdesk import Helpdesk, body_of
from tests.e2e.poisoned_worker import POISON

RATE = 40.0  # deliveries a second
COPIES = 50  # of one delivery at once
COPIES_EVERY = 350  # deliveries
POISON_AT = 40  # deliveries: early, for five attempts take half a minute
LATE_BY = 25  # deliveries by which a reply overtakes its ticket
PAUSES = (0.5, 1.0, 2.0, 4.0)  # s before the next try; the last one again and again
GIVE_UP = 30.0  # s after the last delivery
SENDERS = 500  # threads: enough that no delivery waits for one before it
KNOWN = 200  # newest tickets that may get a reply

OK, SEND_AGAIN = 200, 503

TEXTS = (
    "Where is my order? It was to come on Monday.",
    "You charged me twice and nobody answers. I want my money back today.",
    "Thank you, that solved it.",
    "I have written four times now. This is a disgrace and I am done with you.",
    "How do I change the address of my account?",
    "My father died last week. Please close his contract.",
    "The app crashes when I open the camera. Android 14, version 3.2.",
    "Your courier left the parcel in the rain and everything in it is ruined.",
    "I am scared that somebody else can see my medical records.",
    "Bonjour, je n'ai toujours pas reçu ma commande.",
)


@dataclass(frozen=True)
class Sent:
    """One delivery: which message of which ticket."""

    webhook_id: str
    ticket: str
    message: str
    kind: str
    text: str
    copies: int = 1

    def body(self) -> bytes:
        data = {"ticket_id": self.ticket, "message_id": self.message, "text": self.text}
        return body_of(self.kind, **data, subject=f"About {self.ticket}")


@dataclass(frozen=True)
class Acknowledged:
    """A delivery that was answered with 200, and what the answer said."""

    sent: Sent
    status: str


@dataclass
class Traffic:
    """Deliveries of one seed, and what became of them."""

    helpdesk: Helpdesk
    seed: int
    rate: float = RATE
    acknowledged: list[Acknowledged] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)
    unanswered: list[Sent] = field(default_factory=list)
    tries: int = 0

    def start(self, seconds: float) -> Future[None]:
        """Send for so long in a thread; the result comes when all is acknowledged or given up."""
        pool = ThreadPoolExecutor(1, "traffic")
        sending = pool.submit(self._send_all, seconds)
        pool.shutdown(wait=False)
        return sending

    def _send_all(self, seconds: float) -> None:
        started = time.monotonic()
        give_up = started + seconds + GIVE_UP
        with ThreadPoolExecutor(SENDERS, "sender") as pool:
            for number, sent in zip(
                range(int(seconds * self.rate)), deliveries(self.seed), strict=False
            ):
                time.sleep(max(0.0, started + number / self.rate - time.monotonic()))
                for _ in range(sent.copies):
                    pool.submit(self._deliver, sent, give_up)

    def _deliver(self, sent: Sent, give_up: float) -> None:
        body = sent.body()
        for pause in chain(PAUSES, repeat(PAUSES[-1])):
            if self._is_acknowledged(sent, body):
                return
            if time.monotonic() > give_up:
                self.unanswered.append(sent)
                return
            time.sleep(pause)

    def _is_acknowledged(self, sent: Sent, body: bytes) -> bool:
        self.tries += 1
        try:
            status, answer = self.helpdesk.post(body, sent.webhook_id)
        except (OSError, HTTPException):
            return False
        if status == OK:
            self.acknowledged.append(Acknowledged(sent, answer["status"]))
        elif status != SEND_AGAIN:
            self.surprises.append(f"{status} for {sent.webhook_id}: {answer}")
        return status == OK


def deliveries(seed: int) -> Iterator[Sent]:
    """Yield deliveries without end, the same for the same seed."""
    chance = random.Random(f"deliveries {seed}")
    tickets: deque[str] = deque(maxlen=KNOWN)
    late: deque[tuple[int, Sent]] = deque()
    for number in count():
        while late and late[0][0] <= number:
            yield late.popleft()[1]
        text, draw = chance.choice(TEXTS), chance.random()
        if number == POISON_AT:
            yield _opening("POISON", number, f"{text} {POISON}")
        elif number % COPIES_EVERY == COPIES_EVERY // 2:
            yield _opening("COPIED", number, text, COPIES)
        elif draw < 0.08:
            reply = _reply(f"LATE-{number}", number, text)
            late.append(
                (number + LATE_BY, replace(_opening("LATE", number, text), message="first"))
            )
            yield reply
        elif draw < 0.35 and tickets:
            by = "agent" if draw < 0.12 else "customer"
            yield _reply(chance.choice(tickets), number, text, by)
        else:
            tickets.append(f"T-{number}")
            yield _opening("T", number, text)


def _opening(prefix: str, number: int, text: str, copies: int = 1) -> Sent:
    ticket = f"{prefix}-{number}"
    return Sent(f"msg_{ticket}", ticket, f"m{number}", "ticket.created", text, copies)


def _reply(ticket: str, number: int, text: str, by: str = "customer") -> Sent:
    return Sent(f"msg_{number}", ticket, f"m{number}", f"ticket.{by}_replied", text)
