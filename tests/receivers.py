"""Receivers of alerts as tests need them: a web server and a mail server that obey, or do not."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.servers import free_port

HANGS = -1  # a status that is never sent
DRIPS = -2  # one that comes a byte at a time


@dataclass
class WebhookServer:
    """Answers each post with the next of these statuses, the last one for ever."""

    statuses: list[int]
    got: list[dict[str, Any]] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer._answer(self)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/hooks/s3cret?a=1"

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers["Content-Length"])
        body = json.loads(handler.rfile.read(length))
        self.got.append({"path": handler.path, "type": handler.headers["Content-Type"]} | body)
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if status == HANGS:
            self.stopping.wait(30)
        elif status == DRIPS:
            self._drip(handler)
        else:
            handler.send_response(status)
            handler.send_header("Location", self.url)
            handler.send_header("Content-Length", "0")
            handler.end_headers()

    def _drip(self, handler: BaseHTTPRequestHandler) -> None:
        for _ in range(600):
            if self.stopping.wait(0.05):
                return
            try:
                handler.wfile.write(b"H")
                handler.wfile.flush()
            except OSError:
                return

    def close(self) -> None:
        self.stopping.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@dataclass
class Mailbox:
    """What a mail server got; `codes` are answers to each mail in turn, then it is taken."""

    codes: list[str] = field(default_factory=list)
    mails: list[Any] = field(default_factory=list)
    logins: list[LoginPassword] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.codes:
            return self.codes.pop(0)
        self.mails.append(envelope)
        return "250 OK"

    def log_in(self, _s: Any, _session: Any, _e: Any, _m: str, data: LoginPassword) -> AuthResult:
        self.logins.append(data)
        return AuthResult(success=data.password == b"p@ss", handled=False)


@contextmanager
def mail_server(
    mailbox: Mailbox, tls: ssl.SSLContext | None = None, **options: Any
) -> Iterator[int]:
    """Run a mail server and yield its port."""
    controller = Controller(
        mailbox,
        "127.0.0.1",
        free_port(),
        tls_context=tls,
        authenticator=mailbox.log_in,
        auth_require_tls=tls is not None,
        **options,
    )
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@contextmanager
def silent_server() -> Iterator[int]:
    """Accept connections and never say a word; yield the port."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


def a_certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Make a certificate of localhost; return a server's context and that of who trusts it."""
    key, made = folder / "key.pem", folder / "cert.pem"
    name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *name]
    subprocess.run(
        [*command, "-keyout", str(key), "-out", str(made)], check=True, capture_output=True
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(made, key)
    return server, ssl.create_default_context(cafile=str(made))


def seconds(act: Callable[[], object]) -> float:
    began = time.monotonic()
    act()
    return time.monotonic() - began
