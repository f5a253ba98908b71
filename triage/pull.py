"""Pull a helpdesk's tickets, one reader at a time: who is killed leaves a cursor for the next one.

One pull of a kind and source at a time, by a lease that is kept while it works. What was read
twice is stored once.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from triage.errors import ChangedMeanwhile, StoreUnavailable, TriageError
from triage.pull_pages import Pulling, Run
from triage.store import pulls
from triage.store.pulls import Held


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull(Pulling):
    """One pull of one helpdesk."""

    def run(self, since: datetime) -> Counter[str] | None:
        """Read everything that changed since then; return what was counted.

        None where somebody else reads it. Raises HelpdeskAway, HelpdeskRefuses, BadInput,
        StoreUnavailable, ChangedMeanwhile, Stopped; what was read until then is kept.
        """
        with self.database.writing() as connection:
            held = pulls.take(connection, self.source_id, self.purpose, since, self.clock())
        if held is None:
            return None
        with self._kept(held), ThreadPoolExecutor(self.threads, "pull") as pool:
            return Run(self, held, pool).all(since)

    @contextmanager
    def _kept(self, held: Held) -> Iterator[None]:
        """Keep the lease while the block works, and let it go with the reason of its failure."""
        ended = threading.Event()
        keeper = threading.Thread(target=self._renew, args=[held, ended], daemon=True)
        keeper.start()
        failure: dict[str, Any] = {"failure": None}
        try:
            yield
        except ChangedMeanwhile:
            raise
        except TriageError as error:
            failure = {"failure": str(error), "failed_at": self.clock()}
            raise
        finally:
            ended.set()
            keeper.join()
            with self.database.writing() as connection:
                pulls.release(connection, held, **failure)

    def _renew(self, held: Held, ended: threading.Event) -> None:
        while not ended.wait(pulls.RENEW_EVERY):
            try:
                with self.database.writing() as connection:
                    pulls.step(connection, held, self.clock())
            except StoreUnavailable:
                continue  # the steps that matter say so themselves
            except ChangedMeanwhile:
                return
