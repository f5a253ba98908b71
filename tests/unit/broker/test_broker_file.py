"""Whatever happens to the file: it comes back, or says clearly that it cannot be used now."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from triage.broker.broker_file import BrokerUnavailable
from triage.broker.lease_table import LeaseTable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "broker.db"


@pytest.fixture
def pair(path: Path) -> Iterator[tuple[LeaseTable, LeaseTable]]:
    """A publisher's and a worker's connection, both in use."""
    publisher, worker = LeaseTable(path, busy_timeout=0.2), LeaseTable(path, busy_timeout=0.2)
    publisher.put("live", "before")
    assert worker.claim("live")
    yield publisher, worker
    publisher.close()
    worker.close()


def unlink(*suffixes: str) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        for suffix in suffixes:
            path.with_name(path.name + suffix).unlink()

    return damage


def overwrite(path: Path) -> None:
    path.write_bytes(b"this is no database, and longer than one page. " * 400)


def drop_the_table(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE message")


def make_an_older_table(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("DROP TABLE message; CREATE TABLE message (id, queue, priority);")


DAMAGES = {
    "file deleted": unlink(""),
    "all three deleted": unlink("", "-wal", "-shm"),
    "log deleted": unlink("-wal"),
    "index deleted": unlink("-shm"),
    "folder deleted": lambda path: shutil.rmtree(path.parent),
    "emptied": lambda path: path.write_bytes(b""),
    "overwritten": overwrite,
    "cut": lambda path: path.write_bytes(path.read_bytes()[:5000]),
    "table dropped": drop_the_table,
    "table of another version": make_an_older_table,
    "replaced by another file": lambda path: shutil.copy(path, path.with_suffix(".new")).replace(
        path
    ),
}


@pytest.mark.parametrize("first", ["publisher", "worker", "newcomer"])
@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_messages_flow_again_whoever_comes_first_after_damage(
    pair: tuple[LeaseTable, LeaseTable], path: Path, damage: Callable[[Path], None], first: str
):
    publisher, worker = pair
    damage(path)
    if first == "worker":
        worker.claim("live")
    if first == "newcomer":
        with closing(LeaseTable(path)) as newcomer:
            newcomer.count("live")
    assert any(flows(publisher, worker, f"sent {n}") for n in range(3))
    assert flows(publisher, worker, "and stays")


def flows(publisher: LeaseTable, worker: LeaseTable, body: str) -> bool:
    """Send as the sweep does, and look what the worker gets."""
    publisher.put("live", body)
    found = []
    while claim := worker.claim("live"):
        found.append(claim.body)
    return body in found


def test_making_a_damaged_file_anew_is_logged(pair: tuple[LeaseTable, LeaseTable], path: Path):
    for table in pair:
        table.close()
    overwrite(path)
    with capture_logs() as logs:
        pair[0].put("live", "after")
    assert [entry["event"] for entry in logs] == ["broker_file_replaced"]


def test_a_locked_file_is_unavailable_and_left_alone(
    pair: tuple[LeaseTable, LeaseTable], path: Path
):
    publisher, worker = pair
    publisher.put("live", "kept")
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(BrokerUnavailable, match="locked"):
            publisher.put("live", "refused")
        holder.execute("ROLLBACK")
    claim = worker.claim("live")
    assert claim
    assert claim.body == "kept"


def test_a_place_that_cannot_be_written_is_unavailable_until_it_can(tmp_path: Path):
    (tmp_path / "data").write_text("a file where the folder should be")
    table = LeaseTable(tmp_path / "data" / "broker.db")
    with pytest.raises(BrokerUnavailable, match=r"broker\.db"):
        table.put("live", "a")
    (tmp_path / "data").unlink()
    table.put("live", "a")
    table.close()


def test_the_file_is_its_owners_alone(pair: tuple[LeaseTable, LeaseTable], path: Path):
    modes = {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert pair
    assert modes == {0o600}


FORK = """
import os, sys
from pathlib import Path
from triage.broker.lease_table import LeaseTable
table = LeaseTable(Path(sys.argv[1]))
table.put("live", "parent")
child = os.fork()
table.put("live", "child" if child == 0 else "parent again")
if child == 0:
    table.close()
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
print(sorted(claim.body for claim in iter(lambda: table.claim("live"), None)))
table.close()
"""


def test_a_forked_child_uses_a_connection_of_its_own(path: Path):
    done = subprocess.run(
        [sys.executable, "-c", FORK, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "['child', 'parent', 'parent again']"


def test_a_filesystem_without_hard_links_will_do(path: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(self: Path, target: Path) -> None:
        raise PermissionError("Operation not permitted")

    monkeypatch.setattr("pathlib.Path.hardlink_to", refuse)
    with closing(LeaseTable(path)) as table:
        table.put("live", "a")
        assert table.count("live") == 1
    assert [file.name for file in path.parent.iterdir()] == ["broker.db"]
