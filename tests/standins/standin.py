"""What stand-ins share: cases, authentication, limits by fixed windows, faults on demand."""

from __future__ import annotations

import asyncio
import json
import threading
from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

import uvicorn
from starlette.requests import Request

from tests.servers import free_port, wait_until

MINUTE = timedelta(minutes=1)


@dataclass
class Words:
    """What somebody wrote in a case."""

    id: int
    text: str
    at: datetime
    by: str = "customer"  # or agent
    public: bool = True


@dataclass
class Case:
    """A ticket as it stands at the helpdesk; `updated_at` is its last change."""

    id: int
    words: list[Words]
    updated_at: datetime
    subject: str = "Charged twice"
    closed: bool = False
    gone: bool = False

    @property
    def created_at(self) -> datetime:
        return self.words[0].at


@dataclass(frozen=True)
class Reply:
    """An answer: JSON, or bytes as they are; `drops` closes the connection without a word."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    drops: bool = False
    hangs: float = 0.0  # s before it is said


@dataclass
class StandIn(ABC):
    """One helpdesk. `limits`: calls a minute by name; "account" counts every call."""

    clock: Callable[[], datetime]
    cases: dict[int, Case] = field(default_factory=dict)
    limits: dict[str, int] = field(default_factory=dict)
    page: int = 3  # tickets in one
    part: int = 2  # messages in one
    asked: list[str] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    faults: dict[str, deque[Reply]] = field(default_factory=dict)  # by a part of the path
    mutate: Callable[[str, Any], Any] = field(default=lambda _, body: body)
    before: Callable[[str], None] = field(default=lambda _: None)
    port: int = field(default_factory=free_port)
    _windows: Counter[tuple[str, int]] = field(default_factory=Counter)

    vendor: ClassVar[str]
    given: ClassVar[Mapping[str, str]]  # what connecting needs besides the address

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def put(self, case: Case) -> None:
        self.cases[case.id] = case

    def fails(self, part: str, *replies: Reply) -> None:
        """Answer the next calls whose path has this part so, in turn."""
        self.faults.setdefault(part, deque()).extend(replies)

    @abstractmethod
    def is_known(self, request: Request) -> bool:
        """Return whether the credentials are good."""

    @abstractmethod
    def answer(self, request: Request, body: Any) -> Reply:
        """Return what the helpdesk says to an authentic call within its limits."""

    def counts(self, path: str) -> str:
        """Return in which limit of its own a path counts."""
        return "account"

    def limited(self, name: str, left_s: int) -> Reply:
        """Return the refusal of a call too many."""
        return Reply(429, {"error": "too many"}, {"retry-after": str(left_s)})

    def said(self) -> dict[str, str]:
        """Return the headers that tell of limits with every answer."""
        return {}

    def left(self, name: str) -> int:
        return max(0, self.limits[name] - self._windows[name, self._window()])

    def _window(self) -> int:
        return int(self.clock().timestamp() // 60)

    def _reply(self, request: Request, body: Any) -> Reply:
        path = request.url.path
        self.asked.append(f"{request.method} {path}?{request.url.query}")
        for part, replies in self.faults.items():
            if replies and (path.endswith(part) or f"{part}." in path or not part):
                return replies.popleft()
        for name in dict.fromkeys(("account", self.counts(path))):
            if name in self.limits:
                self._windows[name, self._window()] += 1
                if self._windows[name, self._window()] > self.limits[name]:
                    self.refused[name] += 1
                    return self.limited(name, 60 - int(self.clock().timestamp() % 60))
        if not self.is_known(request):
            return Reply(401, {"error": "Couldn't authenticate you"})
        self.before(path)
        found = self.answer(request, body)
        headers = self.said() | {**found.headers}
        return replace(found, body=self.mutate(path, found.body), headers=headers)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        sent = await request.body()
        is_json = "json" in request.headers.get("content-type", "")
        reply = self._reply(request, json.loads(sent) if sent and is_json else None)
        await asyncio.sleep(reply.hangs)
        if reply.drops:
            await send({"type": "http.response.start", "status": 200, "headers": LONG})
            return
        raw = json.dumps(reply.body).encode() if reply.raw is None else reply.raw
        headers = {"content-type": "application/json", "content-length": str(len(raw))}
        named = [(k.encode(), v.encode()) for k, v in (headers | {**reply.headers}).items()]
        await send({"type": "http.response.start", "status": reply.status, "headers": named})
        await send({"type": "http.response.body", "body": raw})


LONG = [(b"content-length", b"100")]  # promised, and never sent


@contextmanager
def served(app: StandIn) -> Iterator[StandIn]:
    """Serve a stand-in until the block ends."""
    config = uvicorn.Config(app, port=app.port, log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        wait_until(lambda: server.started, "the stand-in")
        yield app
    finally:
        server.should_exit = True
        thread.join()
