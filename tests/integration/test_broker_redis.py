"""What our Redis transport does otherwise than kombu's."""

from __future__ import annotations

import pytest
from kombu import Connection, Consumer, Queue
from redis.exceptions import ConnectionError as RedisIsAway

from tests.servers import RedisServer
from triage import broker


def test_a_failed_acknowledgement_frees_its_place_in_the_window(redis_server: RedisServer):
    """Else a worker whose every place is lost asks for nothing more, and never reconnects."""
    broker.register()
    held = []
    with Connection(redis_server.url) as connection:
        channel = connection.channel()
        consumer = Consumer(channel, queues=[Queue("live")], on_message=held.append)
        consumer.qos(prefetch_count=1)
        connection.Producer().publish("a wake-up", routing_key="live", declare=[Queue("live")])
        with consumer:
            connection.drain_events(timeout=5)
            assert not channel.qos.can_consume()
            redis_server.kill()
            with pytest.raises(RedisIsAway):
                held[0].ack()
            assert channel.qos.can_consume()
            redis_server.start()
