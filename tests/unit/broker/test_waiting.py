"""How often a consumer looks, and what wakes it."""

from __future__ import annotations

import threading
from itertools import chain, repeat
from pathlib import Path

import pytest

from triage.broker.waiting import Bell, Pace, Watch, bell_of

PACE = Pace(quick=0.002, slow=0.04, hot=1.0, growth=0.01)


@pytest.mark.parametrize(
    ("idle", "pause"),
    [(0, 0.002), (1.0, 0.002), (1.5, 0.005), (3.0, 0.02), (5.0, 0.04), (1e6, 0.04)],
)
def test_looks_are_quick_after_activity_and_then_slow_down(idle: float, pause: float):
    assert PACE.after(idle) == pytest.approx(pause)


def test_a_bell_that_rang_before_is_heard_once():
    bell = Bell()
    bell.ring()
    bell.ring()
    assert bell.wait(0)
    assert not bell.wait(0)


def test_a_bell_wakes_who_waits():
    bell = Bell()
    threading.Timer(0.01, bell.ring).start()
    assert bell.wait(10)


def test_one_file_has_one_bell_in_a_process():
    assert bell_of(Path("/a")) is bell_of(Path("/a"))
    assert bell_of(Path("/a")) is not bell_of(Path("/b"))


def test_a_wait_ends_when_the_version_changes(tmp_path: Path):
    versions = chain(repeat(1, 3), repeat(2))
    watch = Watch(lambda: next(versions), tmp_path, PACE)
    watch.wait(seen=1, seconds=60)
    assert next(versions) == 2


def test_a_wait_ends_at_once_when_the_version_had_changed_before(tmp_path: Path):
    Watch(lambda: 2, tmp_path, Pace(60, 60, 1, 1)).wait(seen=1, seconds=60)


def test_a_wait_ends_when_the_bell_rings(tmp_path: Path):
    threading.Timer(0.01, bell_of(tmp_path).ring).start()
    Watch(lambda: 1, tmp_path, Pace(60, 60, 1, 1)).wait(seen=1, seconds=60)


def test_a_wait_ends_after_its_time(tmp_path: Path):
    Watch(lambda: 1, tmp_path, PACE).wait(seen=1, seconds=0.01)


def test_idle_counts_from_the_last_message(tmp_path: Path):
    times = iter([100.0, 130.0, 140.0, 145.0])
    watch = Watch(lambda: 1, tmp_path, PACE, clock=lambda: next(times))
    assert watch.idle() == 30
    watch.active()
    assert watch.idle() == 5
