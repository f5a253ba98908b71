"""`python -m triage.api`: one web process."""

from __future__ import annotations

import signal
import sys

import uvicorn

from triage.api.app import create_app
from triage.keys import with_keys
from triage.lifeline import end_with_supervisor
from triage.logs import set_up_logs
from triage.rules import rules_or_end
from triage.settings import read_settings

STOP_STREAMS_AFTER = 3  # s for open pages to go when the process ends


def main() -> None:
    """Serve until told to stop."""
    # uvicorn raises the signal once more after its shutdown; that we were told to end is no failure
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    end_with_supervisor()
    settings = with_keys(read_settings())
    set_up_logs(settings.log_format)
    uvicorn.run(
        create_app(settings, rules_or_end(settings)),
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_config=None,  # ours: no words of a customer in what it logs of an exception
        log_level="warning",
        timeout_graceful_shutdown=STOP_STREAMS_AFTER,
        server_header=False,
    )


if __name__ == "__main__":
    main()
