"""Sending wake-ups: off the request's path, whatever the broker does."""

import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.servers import RedisServer, wait_until
from triage.domain.ticket import TicketId
from triage.queue import DECIDE_TICKETS, MOST_TOGETHER, Publisher, celery_app


def received(url: str) -> list[list[int]]:
    """Take what is in the queue, as a worker would."""
    found: list[list[int]] = []
    with celery_app(url).connection_for_read() as connection:
        queue = connection.SimpleQueue("live")
        while True:
            try:
                message = queue.get(timeout=0.5)
            except queue.Empty:
                return found
            message.ack()
            assert message.headers["task"] == DECIDE_TICKETS
            found.append(message.payload[0][0])


@pytest.fixture(params=["embedded", "redis"])
def broker_url(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    if request.param == "embedded":
        return f"sqlite-lease:///{tmp_path / 'broker.db'}"
    server: RedisServer = request.getfixturevalue("redis_server")
    return server.url


def test_what_is_told_arrives_and_what_comes_together_goes_together(broker_url: str):
    publisher = Publisher(celery_app(broker_url))
    for number in range(60):
        publisher.tell(TicketId(number))
    publisher.close()
    messages = received(broker_url)
    assert sorted(number for ids in messages for number in ids) == list(range(60))
    assert len(messages) < 60
    assert max(map(len, messages)) <= MOST_TOGETHER


def test_a_frozen_redis_costs_the_teller_nothing(redis_server: RedisServer):
    publisher = Publisher(celery_app(redis_server.url))
    publisher.tell(TicketId(1))
    wait_until(lambda: received(redis_server.url) == [[1]], "the first wake-up")
    assert redis_server.process
    redis_server.process.send_signal(signal.SIGSTOP)
    started = time.perf_counter()
    for number in range(1000):
        publisher.tell(TicketId(number))
    assert time.perf_counter() - started < 0.5
    redis_server.process.send_signal(signal.SIGCONT)


def test_a_publisher_works_again_when_its_broker_is_back(redis_server: RedisServer):
    publisher = Publisher(celery_app(redis_server.url))
    redis_server.kill()
    publisher.tell(TicketId(1))
    redis_server.start()

    def told() -> bool:
        publisher.tell(TicketId(2))
        return [2] in received(redis_server.url)

    wait_until(told, "a wake-up after the restart")
