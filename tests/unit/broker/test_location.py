"""Where a broker file may live."""

from __future__ import annotations

from pathlib import Path

import pytest

from triage.broker.location import BrokerMisplaced, check_filesystem, check_sqlite, filesystem_of

MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
tmpfs /run tmpfs rw 0 0
server:/export /srv/help\\040desk nfs4 rw 0 0
/dev/sdb1 /srv/help\\040desk/local xfs rw 0 0
//nas/share /home/shared cifs rw 0 0
tmpfs /home/shared tmpfs rw 0 0
"""


@pytest.fixture
def mounts(tmp_path: Path) -> Path:
    path = tmp_path / "mounts"
    path.write_text(MOUNTS)
    return path


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/triage/broker.db", "ext4"),
        ("/run/broker.db", "tmpfs"),
        ("/runner/broker.db", "ext4"),
        ("/srv/help desk/broker.db", "nfs4"),
        ("/srv/help desk/local/broker.db", "xfs"),
        ("/home/shared/broker.db", "tmpfs"),
    ],
)
def test_the_nearest_mount_counts_and_of_two_on_one_place_the_later(
    path: str, kind: str, mounts: Path
):
    assert filesystem_of(Path(path), mounts) == kind


def test_a_network_filesystem_is_refused_in_one_sentence(mounts: Path):
    with pytest.raises(BrokerMisplaced, match=r"broker\.db is on nfs4: move the data folder"):
        check_filesystem(Path("/srv/help desk/broker.db"), mounts)


def test_where_nobody_tells_the_filesystem_it_is_trusted(tmp_path: Path):
    assert filesystem_of(tmp_path, tmp_path / "missing") == ""
    check_filesystem(tmp_path, tmp_path / "missing")


def test_an_old_sqlite_is_refused_in_one_sentence():
    with pytest.raises(BrokerMisplaced, match=r"SQLite 3\.35\.0 or newer.*has 3\.34\.1"):
        check_sqlite((3, 34, 1))


def test_this_sqlite_will_do():
    check_sqlite()
