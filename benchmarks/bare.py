"""The peer of our intake: the same web server, which verifies and parses, and keeps nothing.

`python -m benchmarks.bare PORT SECRET` serves it.
"""

from __future__ import annotations

import typer
import uvicorn
from fastapi import FastAPI, Request
from pydantic import BaseModel

from triage.api import errors
from triage.api.headers import SecurityHeaders
from triage.helpdesks.event import Delivery
from triage.helpdesks.registry import HELPDESKS
from triage.ports import utcnow
from triage.settings import read_settings


class Answer(BaseModel):
    """As our webhook answers."""

    status: str
    reason: str = ""


def bare_app(secret: str) -> FastAPI:
    """Return an application with the one route."""
    app = FastAPI(max_body_size=read_settings().max_body_bytes, docs_url=None, redoc_url=None)
    errors.install(app)
    app.add_middleware(SecurityHeaders)
    helpdesk = HELPDESKS["generic"]

    @app.get("/readyz")
    async def readyz() -> dict[str, str]:
        return {"status": "ready"}

    @app.post("/webhooks/{source}")
    async def receive(source: str, request: Request) -> Answer:
        delivery = Delivery(dict(request.headers), await request.body())
        helpdesk.verify(delivery, (secret,), utcnow())
        helpdesk.parse(delivery)
        return Answer(status="accepted")

    return app


def main(port: int, secret: str) -> None:
    """Serve until told to stop."""
    uvicorn.run(
        bare_app(secret), port=port, access_log=False, log_level="warning", server_header=False
    )


if __name__ == "__main__":
    typer.run(main)
