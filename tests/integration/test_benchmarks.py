"""The benchmarks of routing run, in a short form; what they compare with is what they say."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from benchmarks.desks import Line, play
from benchmarks.inbox import MINUTE, MONDAY, Case, cases, people
from benchmarks.ourdesk import OurDesk
from tests.builders import POLICY, an_agent
from tests.servers import postgres_folder
from triage.domain.deadline import respond_by
from triage.domain.policy import Lane

ROOT = Path(__file__).parents[2]


def quick(name: str, folder: Path, *arguments: str) -> dict:
    """Run a benchmark's short form and return what it wrote."""
    out = folder / f"{name}.json"
    command = [sys.executable, "-m", f"benchmarks.{name}", "--quick", "--json", str(out)]
    run = subprocess.run(
        [*command, *arguments], check=False, cwd=ROOT, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    return json.loads(out.read_text())


def a_case(number: int, came: int, level: int = 0, minutes: int = 10) -> Case:
    """A ticket that comes so many minutes after Monday, 9:00, and takes so long."""
    at = MONDAY + timedelta(hours=9) + came * MINUTE
    lane = Lane.CHARGED if level >= 3 else Lane.STANDARD
    due = respond_by(at, lane, level, POLICY)
    return Case(
        number=number,
        came=at,
        truly=level,
        level=level,
        lane=lane,
        due=due,
        true_due=due,
        flags=frozenset(),
        language="en",
        tags=frozenset(),
        priority=2,
        work=minutes * MINUTE,
    )


def waits(desk: OurDesk | Line, *inbox: Case) -> dict[int, float]:
    return {it.case.number: it.waited for it in play(desk, inbox)}


@pytest.mark.parametrize("name", ["routing", "backlog", "alerts"])
def test_the_short_form_runs(name, tmp_path):
    found = quick(name, tmp_path)
    assert found["name"] == name
    assert found["rows"]
    assert found["targets"]


def test_recording_is_timed_on_a_real_server(tmp_path):
    try:
        postgres_folder()
    except FileNotFoundError:
        pytest.skip("no PostgreSQL here; CI has one")
    rows = quick("recording", tmp_path)["rows"]
    assert all(0 < row["p50 ms"] <= row["p99 ms"] for row in rows)


def test_the_week_is_played_at_every_desk_and_drawn(tmp_path):
    picture = tmp_path / "week.svg"
    found = quick("week", tmp_path, "--picture", str(picture))
    names = [row[""] for row in found["rows"]]
    assert names[0] == "Triage"
    assert len(set(names)) == 6
    drawn = "".join(ET.fromstring(picture.read_text()).itertext())
    assert "first in, first out" in drawn


def test_a_week_is_the_same_for_the_same_seed():
    assert cases(200, 3) == cases(200, 3) != cases(200, 4)
    assert people() == people()


def test_at_our_desk_the_earliest_respond_by_is_taken_up_next():
    desk = OurDesk([an_agent()], POLICY)
    waited = waits(desk, a_case(0, 0), a_case(1, 1), a_case(2, 2, level=3))
    assert waited == {0: 0, 2: 8, 1: 19}


def test_in_a_line_the_order_decides_and_not_the_charge():
    def always(*_: object) -> int:
        return 1

    desk = Line([an_agent()], POLICY, lambda it: it.came, always, always)
    assert waits(desk, a_case(0, 0), a_case(1, 1), a_case(2, 2, level=3)) == {0: 0, 1: 9, 2: 18}


def test_what_somebody_leaves_at_the_end_of_a_shift_goes_to_who_is_there():
    leaves = replace(people()[0], skills=frozenset(), capacity=5)  # until 14:00
    stays = an_agent(2, experience=1, capacity=5)
    desk = OurDesk([leaves, stays], POLICY)
    at = 5 * 60 - 5  # minutes after 9:00
    waited = waits(desk, *(a_case(number, at, minutes=30) for number in range(4)))
    assert max(waited.values()) < 120


def test_the_page_of_trends_can_be_measured(tmp_path):
    found = quick("trends", tmp_path)
    assert {it["figure"] for it in found["rows"]} >= {"volume", "words", "the page"}
    assert [it["unit"] for it in found["targets"]] == ["s", "s"]


def test_the_page_of_sources_can_be_measured(tmp_path):
    found = quick("sources", tmp_path)
    assert [it["part"] for it in found["rows"]] == ["the facts", "the page"]
    assert [it["unit"] for it in found["targets"]] == ["s"]
