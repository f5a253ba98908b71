"""One call: to the account's host alone, bounded in time and size, and its secrets stay inside."""

from __future__ import annotations

import gzip
import json
import logging
import socket
import ssl
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.receivers import a_certificate
from triage.helpdesks.call import Request
from triage.outbound.addresses import AddressRefused, PrivateHosts, base_of
from triage.outbound.client import AnswerRefused, Client, Unreachable

SECRET = "t0p-s3cret-token"
OPENED: list[Client] = []
CREDENTIALS = {"authorization": f"Bearer {SECRET}"}
GET = Request(path="/things", query=(("a", "1 2"),))

Talk = Callable[[socket.socket], None]


def says(raw: bytes, pause: float = 0.0) -> Talk:
    """Answer with these bytes, all at once or one after the other."""

    def talk(peer: socket.socket) -> None:
        peer.recv(65_536)
        for part in (raw[i : i + 1] for i in range(len(raw))) if pause else (raw,):
            peer.sendall(part)
            time.sleep(pause)

    return talk


def http(body: bytes, status: str = "200 OK", **headers: str) -> bytes:
    named = {"content-length": str(len(body))} | headers
    lines = "".join(f"{k.replace('_', '-')}: {v}\r\n" for k, v in named.items())
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + body


@contextmanager
def server(talk: Talk) -> Iterator[int]:
    """Accept connections, and talk to each in turn; yield the port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.1)
        ended = threading.Event()

        def run() -> None:
            while not ended.is_set():
                try:
                    peer, _ = listening.accept()
                except TimeoutError:
                    continue
                with peer:
                    try:
                        talk(peer)
                    except OSError:
                        continue

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            ended.set()
            thread.join()


def a_client(port: int, host: str = "127.0.0.1", scheme: str = "http", **values: object) -> Client:
    base = base_of(f"{scheme}://{host}:{port}/api", PrivateHosts.named(f"{host}:{port}"))
    OPENED.append(Client(base, CREDENTIALS, **values))
    return OPENED[-1]


@pytest.fixture(autouse=True)
def closed_clients() -> Iterator[None]:
    """No connection is left to the garbage collector, which would blame another test."""
    yield
    while OPENED:
        OPENED.pop().close()


def test_a_call_carries_the_credentials_to_the_path_below_the_accounts_address():
    heard = []

    def talk(peer: socket.socket) -> None:
        heard.append(peer.recv(65_536).decode())
        peer.sendall(http(b'{"good": true}', X_Left="7"))

    with server(talk) as port:
        answer = a_client(port).send(GET)
    assert answer.json()["good"].flag()
    assert answer.headers["x-left"] == "7"
    assert heard[0].startswith("GET /api/things?a=1+2 HTTP/1.1\r\n")
    assert f"host: 127.0.0.1:{port}" in heard[0].lower()
    assert SECRET in heard[0]


def test_a_packed_answer_is_unpacked():
    with server(says(http(gzip.compress(b'{"a": 1}'), content_encoding="gzip"))) as port:
        assert a_client(port).send(GET).body == b'{"a": 1}'


def test_a_body_is_sent_as_json():
    heard = []

    def talk(peer: socket.socket) -> None:
        heard.append(peer.recv(65_536))
        while not heard[0].endswith(b"}"):
            heard[0] += peer.recv(65_536)
        peer.sendall(http(b"{}"))

    with server(talk) as port:
        a_client(port).send(Request(path="/search", method="POST", body={"a": ["ö"]}))
    assert json.loads(heard[0].partition(b"\r\n\r\n")[2]) == {"a": ["ö"]}


def test_a_redirect_is_an_answer_like_others():
    with server(says(http(b"", "302 Found", location="http://127.0.0.1:1/"))) as port:
        assert a_client(port).send(GET).status == 302


@pytest.mark.parametrize(
    "raw",
    [
        http(b"x" * 2_001),
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n7d1\r\n" + b"x" * 2_001,
        http(gzip.compress(b"0" * 100_000_000), content_encoding="gzip"),
        http(b"{}", content_encoding="br"),
    ],
)
def test_an_answer_that_is_too_large_or_oddly_packed_is_not_read(
    raw: bytes,
):
    with server(says(raw)) as port, pytest.raises(AnswerRefused):
        a_client(port, largest=2_000).send(GET)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"HTTP/1.1 200",
        b"nonsense\r\n\r\n",
        http(b"short", content_length="500"),
        http(b"no gzip", content_encoding="gzip"),
        b"HTTP/1.1 200 OK\r\n" + b"x: " + b"y" * 200_000 + b"\r\n\r\n",
    ],
)
def test_an_answer_that_ends_half_way_or_is_none_may_come_whole_later(raw: bytes):
    with server(says(raw)) as port, pytest.raises(Unreachable):
        a_client(port).send(GET)


def test_a_server_that_says_a_byte_now_and_then_holds_nobody_up():
    with server(says(http(b"x" * 500), pause=0.05)) as port:
        began = time.monotonic()
        with pytest.raises(Unreachable, match="in time"):
            a_client(port, whole=0.5).send(GET)
        assert time.monotonic() - began < 2


def test_a_server_that_says_nothing_holds_nobody_up():
    silent = server(lambda peer: time.sleep(1.5))
    with silent as port, pytest.raises(Unreachable, match="in time"):
        a_client(port, whole=0.3).send(GET)


def test_a_port_where_nobody_is_cannot_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(Unreachable, match="could not be reached"):
        a_client(port).send(GET)


def test_a_name_that_leads_into_the_house_is_not_called():
    client = Client(base_of("https://localhost", PrivateHosts()), CREDENTIALS)
    with pytest.raises(AddressRefused, match="private"):
        client.send(GET)


def test_the_name_is_asked_for_once_and_its_checked_address_is_what_is_connected_to(
    monkeypatch: pytest.MonkeyPatch,
):
    """Rebinding: a name server that says another address the second time."""
    asked = []
    real = socket.getaddrinfo

    def lookup(host: str, *rest: object, **named: object) -> object:
        asked.append(host)
        return real("127.0.0.1" if asked.count("desk.test") == 1 else "192.0.2.1", *rest, **named)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    with server(says(http(b"{}"))) as port:
        assert a_client(port, host="desk.test").send(GET).status == 200
    assert asked.count("desk.test") == 1


def test_a_certificate_of_nobody_we_know_ends_it(tmp_path: Path):
    with tls_server(tmp_path) as port, pytest.raises(Unreachable, match="certificate"):
        a_client(port, host="localhost", scheme="https").send(GET)


def test_a_certificate_must_be_of_the_accounts_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda _, *rest, **n: real("127.0.0.1", *rest, **n))
    with tls_server(tmp_path) as port:
        known = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))  # of localhost
        assert a_client(port, host="localhost", scheme="https", tls=known).send(GET).status == 200
        with pytest.raises(Unreachable, match="certificate"):
            a_client(port, host="other.test", scheme="https", tls=known).send(GET)


@contextmanager
def tls_server(folder: Path) -> Iterator[int]:
    context, _ = a_certificate(folder)

    def talk(peer: socket.socket) -> None:
        with context.wrap_socket(peer, server_side=True) as wrapped:
            wrapped.recv(65_536)
            wrapped.sendall(http(b"{}"))

    with server(talk) as port:
        yield port


def test_no_error_log_or_repr_holds_a_secret(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    said = [repr(a_client(1)), str(a_client(1))]
    for raw in (b"", b"x" * 9, http(b"{}", content_encoding="br")):
        with server(says(raw)) as port:
            try:
                a_client(port).send(GET)
            except (Unreachable, AnswerRefused) as error:
                said.append("".join(traceback.format_exception(error)))
    with server(says(http(SECRET.encode()))) as port:
        said.append(repr(a_client(port).send(GET)))
    assert not any(SECRET in it for it in [*said, caplog.text])
