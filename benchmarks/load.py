"""An open-loop client in a process of its own: `python -m benchmarks.load` reads what to send.

Requests leave at their times whether or not earlier ones are answered, and a latency counts from
the time at which the request should have left: a server that stalls cannot hide it. Times are
spread evenly, each at random within its slot. One thread on `select`, whose time-out is exact to
the microsecond where epoll's and an event loop's are not: it must not be what is measured.
"""

from __future__ import annotations

import json
import random
import secrets
import select
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

import typer

from benchmarks.classifier import tickets
from triage.helpdesks.event import Delivery
from triage.helpdesks.standard_webhooks import sign

CONNECTIONS = 16  # kept alive, used in turn
HEAD_START = 0.3  # s until the first request is due
PATIENCE = 10.0  # s for the last answers
WARM_UP = 1.0  # s of requests that do not count
OK = b"HTTP/1.1 200"


@dataclass(frozen=True, slots=True)
class Sent:
    """What the client saw, in seconds: a latency per answer, how late it sent, its own CPU time."""

    latencies: list[float]
    lateness: list[float]
    failed: int
    cpu_share: float


def run_client(port: int, secret: str, rate: float, seconds: float, seed: int) -> Sent:
    """Send from another process and return what it saw. Raises CalledProcessError."""
    options = [str(port), secret, str(rate), str(seconds), str(seed)]
    command = [sys.executable, "-m", "benchmarks.load", *options]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return Sent(**json.loads(done.stdout))


def deliveries(texts: Sequence[str], secret: str) -> Iterator[Delivery]:
    """Yield a signed delivery of a new ticket for each text, signed as of now.

    Ids differ between runs, so that one database takes several.
    """
    run, at = secrets.token_hex(3), datetime.now(UTC).isoformat()
    for number, text in enumerate(texts):
        name = f"T-{run}-{number}"
        data = {"ticket_id": name, "subject": text[:40], "text": text, "channel": "email"}
        data |= {"requester": {"id": f"c{number}", "name": "Dana Reyes"}, "language": "en"}
        body = json.dumps({"type": "ticket.created", "timestamp": at, "data": data}).encode()
        yield Delivery(_headers(secret, f"msg_{name}", body), body)


def _headers(secret: str, webhook_id: str, body: bytes) -> dict[str, str]:
    seconds = int(time.time())
    return {
        "content-type": "application/json",
        "webhook-id": webhook_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": sign(secret, webhook_id, seconds, body),
    }


def as_request(delivery: Delivery, port: int) -> bytes:
    """Return a delivery as the bytes of an HTTP request to the source `bench`."""
    head = {"host": f"127.0.0.1:{port}", "content-length": str(len(delivery.body))}
    lines = [f"{name}: {value}" for name, value in (head | dict(delivery.headers)).items()]
    start = "POST /webhooks/bench HTTP/1.1"
    return "\r\n".join([start, *lines, "", ""]).encode() + delivery.body


def slots(count: int, rate: float, seed: int) -> list[float]:
    """Return when each request is due: at random within its slot of 1/rate seconds."""
    dice = random.Random(seed)
    return [(number + dice.random()) / rate for number in range(count)]


@dataclass(slots=True)
class Client:
    """Connections that are free or busy, and what was measured on them."""

    idle: deque[socket.socket]
    busy: dict[socket.socket, float] = field(default_factory=dict)
    read: dict[socket.socket, bytes] = field(default_factory=dict)
    done: list[tuple[float, float]] = field(default_factory=list)  # due, latency
    lateness: list[float] = field(default_factory=list)
    failed: int = 0

    def send_all(self, requests: Sequence[bytes], due: Sequence[float]) -> None:
        """Send each request when it is due, or as soon after as a connection is free."""
        waiting = deque(zip(due, requests, strict=True))
        ends = due[-1] + PATIENCE
        while (waiting or self.busy) and time.perf_counter() < ends:
            while waiting and self.idle and waiting[0][0] <= time.perf_counter():
                self._send(*waiting.popleft())
            pause = PATIENCE
            if waiting and self.idle:
                pause = max(0.0, waiting[0][0] - time.perf_counter())
            readable, _, _ = select.select(list(self.busy), [], [], pause)
            for one in readable:
                self._receive(one, time.perf_counter())
        self.failed += len(waiting) + len(self.busy)

    def _send(self, due: float, request: bytes) -> None:
        one = self.idle.popleft()
        self.busy[one], self.read[one] = due, b""
        self.lateness.append(time.perf_counter() - due)
        one.sendall(request)

    def _receive(self, one: socket.socket, now: float) -> None:
        self.read[one] += (part := one.recv(65536))
        if not part:
            raise ConnectionError("the server closed a connection that was in use")
        if not is_whole(self.read[one]):
            return
        due = self.busy.pop(one)
        self.idle.append(one)
        self.done.append((due, now - due))
        self.failed += not self.read[one].startswith(OK)


def is_whole(answer: bytes) -> bool:
    """Return whether an answer has arrived with all of its body."""
    head, end, body = answer.partition(b"\r\n\r\n")
    _, _, length = head.lower().partition(b"content-length:")
    return bool(end) and len(body) >= int(length.partition(b"\r\n")[0] or 0)


def main(port: int, secret: str, rate: float, seconds: float, seed: int) -> None:
    """Send `rate` requests a second and print what was seen as JSON."""
    count = int(rate * (seconds + WARM_UP))
    requests = [as_request(one, port) for one in deliveries(tickets(count), secret)]
    opened = deque(socket.create_connection(("127.0.0.1", port)) for _ in range(CONNECTIONS))
    for one in opened:
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client, used = Client(opened), time.process_time()
    starts = time.perf_counter() + HEAD_START
    client.send_all(requests, [starts + at for at in slots(count, rate, seed)])
    share = (time.process_time() - used) / (time.perf_counter() - starts)
    counts = [latency for due, latency in client.done if due >= starts + WARM_UP]
    seen = Sent(counts, client.lateness[int(rate * WARM_UP) :], client.failed, share)
    json.dump(asdict(seen), sys.stdout)


if __name__ == "__main__":
    typer.run(main)
