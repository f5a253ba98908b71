"""Whether a broker file may live where it was put: our SQLite must be able to lease and to share.

WAL keeps its index in shared memory, which two machines cannot have: on a network filesystem it
corrupts silently (https://www.sqlite.org/wal.html), so such a place is refused in one sentence.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from triage.errors import TriageError

#: UPDATE … RETURNING, with which a message is leased in one statement.
SQLITE_NEEDED = (3, 35, 0)

NETWORK_FILESYSTEMS = frozenset(
    {"9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "fuse.glusterfs", "fuse.rclone"}
    | {"fuse.s3fs", "fuse.sshfs", "gfs2", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2"}
    | {"smb3", "smbfs", "vboxsf"}
)

MOUNTS = Path("/proc/mounts")


class BrokerMisplaced(TriageError, ValueError):
    """The embedded broker cannot work with this path or this SQLite; the message says why."""


def check_sqlite(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> None:
    """Raise BrokerMisplaced if this Python's SQLite is too old."""
    if version < SQLITE_NEEDED:
        raise BrokerMisplaced(
            f"The embedded broker needs SQLite {_dotted(SQLITE_NEEDED)} or newer, and this Python "
            f"has {_dotted(version)}: take a newer Python or set REDIS_URL."
        )


def check_filesystem(path: Path, mounts: Path = MOUNTS) -> None:
    """Raise BrokerMisplaced if `path` lies on a network filesystem. Knows Linux, else trusts."""
    kind = filesystem_of(path.resolve(), mounts)
    if kind in NETWORK_FILESYSTEMS:
        raise BrokerMisplaced(
            f"The embedded broker cannot work on a network filesystem, and {path} is on {kind}: "
            "move the data folder to a local disk, or set REDIS_URL."
        )


def filesystem_of(path: Path, mounts: Path = MOUNTS) -> str:
    """Return the type of the filesystem that holds `path`, or "" where nobody tells."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    above = {str(folder) for folder in (path, *path.parents)}
    found = [(point, kind) for point, kind in map(_mount, lines) if point in above]
    # the longest mount point is the nearest; of two mounts on one point the later one counts
    return max(enumerate(found), key=lambda m: (len(m[1][0]), m[0]), default=(0, ("", "")))[1][1]


def _mount(line: str) -> tuple[str, str]:
    fields = [*line.split(" "), "", "", ""]
    return fields[1].replace("\\040", " "), fields[2]


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
