"""`python -m triage.api`: one web process."""

from __future__ import annotations

import contextlib
import signal
import socket
import sys

import uvicorn
from fastapi import FastAPI
from uvicorn.config import STARTUP_FAILURE

from triage.api.app import create_app
from triage.keys import with_keys
from triage.lifeline import end_with_supervisor
from triage.logs import set_up_logs
from triage.rules import rules_or_end
from triage.settings import read_settings

STOP_STREAMS_AFTER = 3  # s for open pages to go when the process ends


class Server(uvicorn.Server):
    """A server that ends open streams before it waits for them: else they would be broken off."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._app.state.triage.follower.stop()
        await super().shutdown(sockets)


def main() -> None:
    """Serve until told to stop."""
    # uvicorn raises the signal once more after its shutdown; that we were told to end is no failure
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    end_with_supervisor()
    settings = with_keys(read_settings())
    set_up_logs(settings.log_format)
    app = create_app(settings, rules_or_end(settings))
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_config=None,  # ours: no words of a customer in what it logs of an exception
        log_level="warning",
        timeout_graceful_shutdown=STOP_STREAMS_AFTER,
        server_header=False,
    )
    server = Server(config, app)
    with contextlib.suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(STARTUP_FAILURE)


if __name__ == "__main__":
    main()
