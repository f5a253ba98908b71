"""Redis as kombu has it, but for one thing: a failed acknowledgement still frees its place.

kombu 5.7 keeps a message in the prefetch window when Redis is away while a pool's thread
acknowledges it. Once every place is taken so, the worker asks for no message and watches no socket:
it sits there for ever and never learns that Redis is back.
"""

from __future__ import annotations

from typing import Any

from kombu.transport import redis, virtual


class QoS(redis.QoS):
    """A window whose places are freed whether or not Redis heard of it."""

    def ack(self, delivery_tag: Any) -> None:
        """Acknowledge. Raises redis-py's errors; Redis delivers again what it did not hear of."""
        try:
            super().ack(delivery_tag)  # type: ignore[no-untyped-call]
        except Exception:
            virtual.QoS.ack(self, delivery_tag)  # type: ignore[no-untyped-call]
            raise


class Channel(redis.Channel):
    QoS = QoS


class Transport(redis.Transport):
    Channel = Channel
