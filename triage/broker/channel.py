"""A kombu channel on the lease table: publishing, claiming, acknowledging, giving back.

A delivery tag names the lease (`id.until`), so that the tag of a channel that was closed, or of a
file that was made anew, settles what it was given for and nothing else.
"""
# mypy: disable-error-code="no-untyped-call"
# kombu says that it is typed, and its functions are not; its flags are positional (FBT)

from __future__ import annotations

from contextlib import suppress
from queue import Empty
from typing import TYPE_CHECKING, Any

from kombu.transport import virtual
from kombu.utils.json import dumps, loads

from triage.broker.broker_file import BrokerUnavailable
from triage.broker.lease_table import Claim, Lease

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage.broker.transport import Transport


class Channel(virtual.Channel):
    """A session on the file. It stays able to acknowledge after its connection was lost."""

    def __init__(self, connection: Transport, **kwargs: Any) -> None:
        super().__init__(connection, **kwargs)
        self._table = connection.table
        self._ring = connection.ring
        self._strict = connection.options.get("queue_order_strategy") == "priority"

    @property
    def unacked(self) -> int:
        """How many delivered messages wait for an acknowledgement."""
        return len(self.qos._delivered) - len(self.qos._dirty)

    def basic_consume(
        self,
        queue: str,
        no_ack: object,
        callback: Callable[[Any], Any],
        consumer_tag: str,
        **kw: Any,
    ) -> None:
        """Consume; without acknowledgements a message is deleted before it is delivered."""

        def settled(message: Any) -> Any:
            self._table.ack(_lease(message.delivery_tag))
            return callback(message)

        super().basic_consume(queue, no_ack, settled if no_ack else callback, consumer_tag, **kw)

    def basic_get(self, queue: str, no_ack: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002
        """Claim one message, or return None."""
        message = super().basic_get(queue, no_ack=no_ack, **kwargs)
        if message is not None and no_ack:
            self._table.ack(_lease(message.delivery_tag))
        return message

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:  # noqa: FBT001, FBT002
        """Delete a message that is done, from any thread. Raises BrokerUnavailable."""
        try:
            self._table.ack(_lease(delivery_tag))
        finally:  # else its place under the prefetch limit would stay taken for ever
            super().basic_ack(delivery_tag, multiple)

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:  # noqa: FBT001, FBT002
        """Delete a message, or give it back. Raises BrokerUnavailable."""
        if requeue:
            super().basic_reject(delivery_tag, requeue)
        else:
            self.basic_ack(delivery_tag)

    def _restore(self, message: Any) -> None:
        with suppress(BrokerUnavailable):  # then the lease runs out by itself
            self._table.release(_lease(message.delivery_tag))
            self._ring()

    def _put(self, queue: str, message: dict[str, Any], **kwargs: Any) -> None:
        self._table.put(queue, dumps(message), self._get_message_priority(message))
        self._ring()

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        claim = self._table.claim(queue)
        if claim is None:
            raise Empty
        return _payload(claim)

    def _poll(self, cycle: Any, callback: Callable[..., Any], timeout: float | None = None) -> Any:
        if self._strict:
            cycle.pos = 0
        return cycle.get(callback)

    def _size(self, queue: str) -> int:
        return self._table.count(queue)

    def _purge(self, queue: str) -> int:
        return self._table.purge(queue)


def _payload(claim: Claim) -> dict[str, Any]:
    payload: dict[str, Any] = loads(claim.body)
    payload["properties"]["delivery_tag"] = f"{claim.lease.id}.{claim.lease.until}"
    payload["properties"]["delivery_info"]["redelivered"] = claim.deliveries > 1
    return payload


def _lease(delivery_tag: str) -> Lease:
    return Lease(*map(int, delivery_tag.split(".")))
