"""What is the embedded broker's alone: its address, its options, its refusals."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

import pytest
from kombu import Connection, Consumer, Queue
from kombu.exceptions import OperationalError

from triage import broker
from triage.broker.broker_file import BrokerUnavailable
from triage.broker.lease_table import SECOND, LeaseTable, MessageTooLarge
from triage.broker.location import BrokerMisplaced

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


A_DAY_LATER = time.time_ns() + 86_400 * SECOND


@pytest.fixture(autouse=True)
def registered() -> None:
    broker.register()
    broker.register()


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    with Connection(broker.address(tmp_path / "broker.db")) as connection:
        yield connection


def with_options(path: Path, **options: object) -> Connection:
    return Connection(broker.address(path), transport_options=options)


def numbers(connection: Connection, *queues: str, want: int, no_ack: bool = True) -> list[Any]:
    """Return what a consumer of the queues gets, in order."""
    found: list[Any] = []
    with Consumer(
        connection.channel(),
        queues=[Queue(name) for name in queues],
        callbacks=[lambda body, _: found.append(body)],
        no_ack=no_ack,
    ):
        while len(found) < want:
            connection.drain_events(timeout=5)
    return found


def test_a_path_may_hold_any_character(tmp_path: Path):
    path = tmp_path / "my tickets, 100 % ?#ä;b" / "broker.db"
    with Connection(broker.address(path)) as connection:
        connection.connect()
    assert path.exists()


@pytest.mark.parametrize(
    "url", ["sqlite-lease://", "sqlite-lease:///broker.db", "sqlite-lease:///"]
)
def test_an_address_without_an_absolute_path_is_refused_in_one_sentence(url: str):
    with pytest.raises(BrokerMisplaced, match=r"absolute path .* has four slashes"):
        Connection(url).connect()


def test_the_address_is_shown_as_it_was_given(connection: Connection, tmp_path: Path):
    assert connection.as_uri() == f"sqlite-lease:///{tmp_path}/broker.db"


def test_a_place_that_cannot_be_written_is_an_error_from_which_celery_reconnects(tmp_path: Path):
    (tmp_path / "file").touch()
    connection = Connection(broker.address(tmp_path / "file" / "broker.db"))
    with pytest.raises(connection.connection_errors):
        connection.transport.establish_connection()
    with pytest.raises(OperationalError):
        connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0)


def test_a_message_with_contents_is_refused_when_it_is_published(connection: Connection):
    with pytest.raises(MessageTooLarge, match="send ids, not contents"):
        connection.SimpleQueue("live").put("x" * 70_000)


def test_the_lease_is_an_option(tmp_path: Path):
    with with_options(tmp_path / "broker.db", visibility_timeout=0.05) as connection:
        queue = connection.SimpleQueue("live")
        queue.put(1)
        assert queue.get(timeout=1).delivery_info["redelivered"] is False
        assert queue.get(timeout=5).delivery_info["redelivered"] is True


def test_queues_take_turns_by_default(connection: Connection):
    for queue in ["bulk"] * 3 + ["live"] * 3:
        connection.SimpleQueue(queue).put(queue)
    found = numbers(connection, "live", "bulk", want=6)
    assert found == ["live", "bulk"] * 3


def test_strict_order_of_queues_is_an_option(tmp_path: Path):
    path = tmp_path / "broker.db"
    with with_options(path, queue_order_strategy="priority") as connection:
        for queue in ["bulk"] * 3 + ["live"] * 3:
            connection.SimpleQueue(queue).put(queue)
        assert numbers(connection, "live", "bulk", want=6) == ["live"] * 3 + ["bulk"] * 3


def test_a_higher_priority_comes_first(connection: Connection):
    queue = connection.SimpleQueue("live")
    queue.put("low", priority=0)
    queue.put("high", priority=9)
    assert numbers(connection, "live", want=2) == ["high", "low"]


def test_a_full_consumer_gets_its_time_out_promptly(connection: Connection):
    """Celery 5.6 acknowledges between two calls of drain_events only."""
    for number in range(3):
        connection.SimpleQueue("live").put(number)
    channel = connection.channel()
    channel.basic_qos(prefetch_count=1)
    with Consumer(channel, queues=[Queue("live")], callbacks=[lambda *_: None]):
        connection.drain_events(timeout=5)
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            connection.drain_events(timeout=5)
    assert time.monotonic() - began < 0.5


def test_a_consumer_without_limit_waits_as_long_as_it_asked(connection: Connection):
    connection.SimpleQueue("live").put(1)
    with Consumer(connection.channel(), queues=[Queue("live")], callbacks=[lambda *_: None]):
        connection.drain_events(timeout=5)
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            connection.drain_events(timeout=0.7)
    assert time.monotonic() - began >= 0.7


def test_a_message_from_another_thread_wakes_the_consumer(connection: Connection, tmp_path: Path):
    def publish() -> None:
        with Connection(broker.address(tmp_path / "broker.db")) as other:
            other.SimpleQueue("live").put("hello")

    threading.Timer(0.1, publish).start()
    assert numbers(connection, "live", want=1) == ["hello"]


def test_a_channel_that_was_let_go_can_still_acknowledge(connection: Connection, tmp_path: Path):
    """After a lost connection Celery acknowledges running tasks on their old channel."""
    connection.SimpleQueue("live").put(1)
    message = connection.SimpleQueue("live").get(timeout=5)
    connection.collect()
    message.ack()
    with closing(LeaseTable(tmp_path / "broker.db", clock=lambda: A_DAY_LATER)) as table:
        assert table.claim("live") is None


@pytest.mark.parametrize("settle", ["ack", "reject", "requeue"])
def test_a_message_that_cannot_be_settled_frees_its_place_and_comes_again(
    tmp_path: Path, settle: str
):
    path = tmp_path / "broker.db"
    with with_options(path, visibility_timeout=0.3, busy_timeout=0.01) as connection:
        queue = connection.SimpleQueue("live")
        queue.put(1)
        message = queue.get(timeout=5)
        message.channel.basic_qos(prefetch_count=1)
        with (
            closing(sqlite3.connect(path, isolation_level=None)) as holder,
            suppress(BrokerUnavailable),
        ):
            holder.execute("BEGIN IMMEDIATE")
            getattr(message, settle)()
        assert message.channel.qos.can_consume()
        time.sleep(0.3)
        assert queue.get(timeout=5).payload == 1
