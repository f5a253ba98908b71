"""The policy and the playbook in force: read at the start, and again when their files change.

Every process looks at its files by itself, every two seconds at most, when something is to be
decided. A file that is bad by then is an error in the log, and what ran before stays.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Self, TypeVar

import structlog

from triage.domain.playbook import Playbook
from triage.domain.policy import Policy
from triage.playbook import load_playbook
from triage.policyfile import load_policy
from triage.settings import Settings
from triage.yamlfile import BadFile, read_yaml

LOOK_EVERY = 2.0  # s
PLAYBOOK_KEYS = {"feelings", "steps", "rules", "modifiers", "sources"}  # no policy has any of them

Read = TypeVar("Read", Policy, Playbook)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class InForce:
    """The policy and the playbook of one moment. A decision is made by one pair to its end."""

    policy: Policy
    playbook: Playbook


class Rules:
    """The policy and the playbook of a process, for all its threads.

    Without a file the defaults are in force, and the playbook that ships. Making it raises BadFile.
    """

    def __init__(
        self,
        policy_file: Path | None = None,
        playbook_file: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._policy = _File(policy_file, load_policy)
        self._playbook = _File(playbook_file, load_playbook)
        self._clock = clock
        self._looking = threading.Lock()
        self._looked_at = clock()
        self._in_force = InForce(self._policy.read, self._playbook.read)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the rules in the files that the settings name. Raises BadFile."""
        return cls(settings.policy_file, settings.playbook_file)

    def current(self) -> InForce:
        """Return what is in force now; whoever asks while another thread looks need not wait."""
        due = self._clock() - self._looked_at >= LOOK_EVERY
        if due and self._looking.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._looking.release()
        return self._in_force

    def _look(self) -> None:
        self._looked_at = self._clock()
        self._policy.look()
        self._playbook.look()
        self._in_force = InForce(self._policy.read, self._playbook.read)


class _File(Generic[Read]):
    """A file, how it looked last, and what it said when it was last good."""

    def __init__(self, path: Path | None, load: Callable[[Path | None], Read]) -> None:
        self._path = path
        self._load: Callable[[Path | None], Read] = load
        self._looked = self._looks()  # before it is read: what changes meanwhile is seen next time
        self.read: Read = load(path)

    def look(self) -> None:
        """Read the file again if it looks otherwise than last time."""
        if (looks := self._looks()) == self._looked:
            return
        self._looked = looks
        try:
            self.read = self._load(self._path)
        except BadFile as error:
            log.error("rules_refused", error=str(error), kept=self.read.version)  # noqa: TRY400 - its words say all
        else:
            log.info("rules_changed", file=str(self._path), version=self.read.version)

    def _looks(self) -> tuple[int, ...]:
        """Return what changes when the file does; nothing for one that is not there."""
        try:
            found = self._path.stat() if self._path else None
        except OSError:
            found = None
        return (found.st_mtime_ns, found.st_size, found.st_ino) if found else ()


def rules_or_end(settings: Settings) -> Rules:
    """Return the rules of a process that starts; a bad file ends it with one sentence."""
    try:
        return Rules.of(settings)
    except BadFile as error:
        sys.exit(f"triage: {error}")


def check_file(path: Path) -> str:
    """Return in words what a policy or playbook file is. Raises BadFile."""
    root, _ = read_yaml(path, "a policy or a playbook")
    if PLAYBOOK_KEYS & root.mapping().keys():
        return f"a good playbook, version {load_playbook(path).version}"
    return f"a good policy, version {load_policy(path).version}"
