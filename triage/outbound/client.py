"""One call to one account: to its host alone, no redirects, bounded in time and size.

Credentials go into the request and nowhere else: no error, log or repr holds them, nor what the
helpdesk answered.
"""

from __future__ import annotations

import ssl
import zlib
from collections.abc import Mapping
from typing import Protocol, TypeAlias
from urllib.parse import urlencode

import httpcore2
import orjson

from triage import __version__
from triage.errors import TriageError
from triage.helpdesks.call import Request, Response
from triage.outbound.addresses import AddressRefused, Base
from triage.outbound.sockets import Deadline, Pinned

CONNECT, QUIET = 5.0, 20.0  # s for a connection, and s without a byte
WHOLE = 60.0  # s for all of a call: a page of 1,000 tickets is some megabytes
LARGEST = 32 * 1024 * 1024  # bytes of an answer, also once unpacked
CONNECTIONS = 8

_Headers: TypeAlias = list[tuple[str, str]]
_GZIP = 16 + zlib.MAX_WBITS


class Unreachable(TriageError):
    """No answer, or none that could be read; the same call may work a little later."""


class AnswerRefused(TriageError):
    """An answer that no later one will be better than: too large, or packed as nobody asked."""


class Sends(Protocol):
    """Makes one call."""

    def send(self, request: Request) -> Response:
        """Return the answer, whatever its status. Raises Unreachable, AnswerRefused, BadInput."""


class Client:
    """Calls one account; threads may share it."""

    def __init__(
        self,
        base: Base,
        credentials: Mapping[str, str],
        tls: ssl.SSLContext | None = None,
        whole: float = WHOLE,
        largest: int = LARGEST,
    ) -> None:
        """`credentials`: the headers that carry them; `whole`: s for all of a call."""
        self._base = base
        self._credentials = dict(credentials)
        self._whole = whole
        self._largest = largest
        self._deadline = Deadline()
        self._pool = httpcore2.ConnectionPool(
            ssl_context=tls or ssl.create_default_context(),
            max_connections=CONNECTIONS,
            keepalive_expiry=30,
            network_backend=Pinned(base, self._deadline),
        )

    def __repr__(self) -> str:
        return f"Client({self._base.host})"

    def close(self) -> None:
        self._pool.close()

    def send(self, request: Request) -> Response:
        """Return the answer, whatever its status. Raises Unreachable, AnswerRefused, BadInput."""
        where, headers = self._url(request), self._headers(request)
        return self._call(request.method, where, headers, _content(request))

    def post(self, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        """Send these very bytes; raises as `send`."""
        all_headers = self._headers(Request(path=path)) + list(headers.items())
        return self._call("POST", self._url(Request(path=path)), all_headers, body)

    def _call(
        self, method: str, where: httpcore2.URL, headers: _Headers, content: bytes | None
    ) -> Response:
        self._deadline.within(self._whole)
        try:
            with self._pool.stream(
                method,
                where,
                headers=headers,
                content=content,
                extensions={"timeout": _TIMEOUT},
            ) as answer:
                told = {
                    name.decode("latin-1").lower(): value.decode("latin-1")
                    for name, value in answer.headers
                }
                return Response(answer.status, told, _body(answer, told, self._largest))
        except (AddressRefused, AnswerRefused):
            raise
        except (httpcore2.TimeoutException, TimeoutError):
            raise Unreachable(f"{self._base.host} did not answer in time") from None
        except (httpcore2.NetworkError, httpcore2.ProtocolError, OSError) as error:
            why = _why(error)
            raise Unreachable(f"{self._base.host} could not be reached ({why})") from None

    def _url(self, request: Request) -> httpcore2.URL:
        query = f"?{urlencode(request.query)}" if request.query else ""
        target = f"{self._base.path}{request.path}{query}"
        return httpcore2.URL(
            scheme=self._base.scheme, host=self._base.host, port=self._base.port, target=target
        )

    def _headers(self, request: Request) -> _Headers:
        common = {
            "host": self._base.host_header,
            "accept": "application/json",
            "accept-encoding": "gzip",
            "user-agent": f"Triage/{__version__}",
        }
        typed = {} if request.body is None else {"content-type": _kind(request)}
        return list((common | typed | self._credentials).items())


_TIMEOUT = {"connect": CONNECT, "read": QUIET, "write": QUIET, "pool": WHOLE}


def _kind(request: Request) -> str:
    if request.is_form:
        return "application/x-www-form-urlencoded"
    is_object = isinstance(request.body, Mapping)
    return "application/json" if is_object else "application/json-patch+json"


def _content(request: Request) -> bytes | None:
    if request.body is None:
        return None
    if request.is_form and isinstance(request.body, Mapping):
        return urlencode(request.body).encode()
    return orjson.dumps(request.body)


def _why(error: Exception) -> str:
    """Return what went wrong in a word: an error's own text may hold what we sent."""
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, ssl.SSLCertVerificationError):
            return f"its certificate is not good: {found.verify_message}"
        found = found.__cause__ or found.__context__
    return type(error).__name__


def _body(answer: httpcore2.Response, headers: Mapping[str, str], most: int) -> bytes:
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"identity", "", "gzip"}:
        raise AnswerRefused("the answer is packed in a way that was not asked for")
    unpack = zlib.decompressobj(_GZIP) if encoding == "gzip" else None
    parts, size = [], 0
    for packed in answer.iter_stream():
        try:
            part = unpack.decompress(packed, most + 1 - size) if unpack else packed
        except zlib.error:
            raise Unreachable("the answer's packing is broken") from None
        size += len(part)
        if size > most:
            raise AnswerRefused(f"the answer is larger than {most:,} bytes")
        parts.append(part)
    return b"".join(parts)
