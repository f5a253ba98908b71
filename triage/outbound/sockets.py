"""Connections for the HTTP client: to checked addresses only, and none outlives its call's time.

The name is resolved, checked and connected to in one place; nothing resolves it again in between.
TLS still asks for a certificate of the name.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterable
from typing import Any

import httpcore2
from httpcore2 import NetworkBackend, NetworkStream

from triage.outbound.addresses import Base, resolve


class Deadline(threading.local):
    """By when the call that this thread makes must have ended, however slowly bytes come."""

    at: float = float("inf")

    def within(self, seconds: float) -> None:
        self.at = time.monotonic() + seconds

    def left(self, timeout: float | None) -> float:
        """Return how long one step may take. Raises httpcore2's ReadTimeout."""
        left = self.at - time.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout("the whole call took too long")
        return left if timeout is None else min(left, timeout)


class Pinned(NetworkBackend):
    """Connects to one account's host, at the addresses that were checked just before."""

    def __init__(self, base: Base, deadline: Deadline) -> None:
        self._base = base
        self._deadline = deadline
        self._real = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> NetworkStream:
        assert (host, port) == (self._base.host, self._base.port), "another host than the account's"
        failed: httpcore2.ConnectError | httpcore2.ConnectTimeout | None = None
        for address in resolve(self._base):
            try:
                left = self._deadline.left(timeout)
                stream = self._real.connect_tcp(address, port, left, local_address, socket_options)
                return _Timed(stream, self._deadline)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failed = error
        raise failed or httpcore2.ConnectError("the name has no address")


class _Timed(NetworkStream):
    """A stream each of whose steps ends with its call."""

    def __init__(self, stream: NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> NetworkStream:
        left = self._deadline.left(timeout)
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
