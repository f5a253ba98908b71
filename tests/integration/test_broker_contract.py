"""What Celery relies on holds for both brokers alike: the embedded one and a real Redis."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from kombu import Connection, Consumer, Exchange, Producer, Queue
from kombu.exceptions import OperationalError

from triage import broker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LIVE = Queue("live", Exchange("live"), routing_key="live")
BULK = Queue("bulk", Exchange("bulk"), routing_key="bulk")


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = shutil.which("redis-server")
    if server is None:
        pytest.skip("redis-server is not installed here; CI installs it")
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("redis")
    command = [
        server,
        "--port",
        str(port),
        "--save",
        "",
        "--dir",
        str(folder),
        "--bind",
        "127.0.0.1",
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        url = f"redis://127.0.0.1:{port}/0"
        wait_for(url)
        yield url
        process.terminate()


def wait_for(url: str) -> None:
    for _ in range(200):
        try:
            with Connection(url) as connection:
                connection.connect()
                return
        except (OperationalError, OSError):
            time.sleep(0.02)
    raise TimeoutError(url)


@pytest.fixture(params=["embedded", "redis"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    broker.register()
    if request.param == "redis":
        return str(request.getfixturevalue("redis_url"))
    return broker.address(tmp_path / "broker.db")


@pytest.fixture
def connection(url: str) -> Iterator[Connection]:
    with Connection(url) as connection:
        for queue in (LIVE, BULK):
            queue(connection).declare()
            queue(connection).purge()
        yield connection


def put(connection: Connection, *numbers: int, queue: Queue = LIVE) -> None:
    producer = Producer(connection.channel())
    for number in numbers:
        producer.publish(
            {"ticket": number}, exchange=queue.exchange, routing_key=queue.name, declare=[queue]
        )


def get(connection: Connection, channel: Any = None) -> Any:
    return LIVE(channel or connection.default_channel).get()


def consume(connection: Connection, *queues: Queue, prefetch: int, want: int) -> list[Any]:
    """Return the messages that a consumer gets, unacknowledged, within half a second."""
    messages: list[Any] = []
    channel, ends = connection.channel(), time.monotonic() + 0.5
    consumer = Consumer(channel, queues=queues, callbacks=[lambda _, m: messages.append(m)])
    consumer.qos(prefetch_count=prefetch)
    with consumer:
        while time.monotonic() < ends and len(messages) < want:
            try:
                connection.drain_events(timeout=0.05)
            except TimeoutError:
                continue
    return messages


def test_messages_come_in_order_and_whole(connection: Connection):
    put(connection, 1, 2, 3)
    assert [get(connection).payload["ticket"] for _ in range(3)] == [1, 2, 3]
    assert get(connection) is None


def test_another_connection_gets_what_was_put(connection: Connection, url: str):
    put(connection, 1)
    with Connection(url) as other:
        assert get(other).payload == {"ticket": 1}


def test_a_message_in_hand_is_not_given_to_another(connection: Connection, url: str):
    put(connection, 1)
    message = get(connection)
    with Connection(url) as other:
        assert get(other) is None
    message.ack()


def test_an_acknowledged_message_does_not_come_back(connection: Connection, url: str):
    put(connection, 1)
    channel = connection.channel()
    get(connection, channel).ack()
    channel.close()
    with Connection(url) as other:
        assert get(other) is None


def test_a_message_given_back_comes_again_marked(connection: Connection):
    put(connection, 1)
    first = get(connection)
    first.requeue()
    second = get(connection)
    assert not first.delivery_info.get("redelivered")
    assert second.delivery_info["redelivered"]
    assert second.payload == {"ticket": 1}
    second.ack()


def test_a_rejected_message_is_gone(connection: Connection):
    put(connection, 1)
    get(connection).reject()
    assert get(connection) is None


def test_a_closed_channel_gives_back_what_it_holds(connection: Connection, url: str):
    put(connection, 1)
    channel = connection.channel()
    assert get(connection, channel)
    channel.close()
    with Connection(url) as other:
        assert get(other).payload == {"ticket": 1}


def test_the_size_of_a_queue_is_what_waits(connection: Connection):
    put(connection, 1, 2, 3)
    message = get(connection)
    assert connection.default_channel.queue_declare("live", passive=True).message_count == 2
    message.ack()
    assert LIVE(connection).purge() == 2


def test_a_consumer_gets_no_more_than_its_prefetch_limit(connection: Connection):
    put(connection, 1, 2, 3, 4, 5)
    assert len(consume(connection, LIVE, prefetch=2, want=3)) == 2


def test_a_backlog_does_not_hold_up_another_queue(connection: Connection):
    put(connection, *range(100), queue=BULK)
    put(connection, 1, queue=LIVE)
    messages = consume(connection, LIVE, BULK, prefetch=3, want=3)
    assert "live" in {message.delivery_info["routing_key"] for message in messages}


def test_an_empty_queue_times_out(connection: Connection):
    assert consume(connection, LIVE, prefetch=1, want=1) == []


def test_a_message_without_acknowledgement_is_gone_when_delivered(connection: Connection, url: str):
    put(connection, 1)
    channel = connection.channel()
    assert LIVE(channel).get(no_ack=True).payload == {"ticket": 1}
    channel.close()
    with Connection(url) as other:
        assert get(other) is None
