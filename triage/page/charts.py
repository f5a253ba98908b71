"""The chart library, Vega, as the installed `vl-convert-python` carries it: one script of ours.

The package bundles it in a JavaScript engine of its own (2 s, 100 MB), so a process of its own does
that, once, and this one keeps the compressed script (docs/decisions/0011).
"""

from __future__ import annotations

import gzip
import subprocess
import sys
from functools import cache
from importlib.metadata import version
from threading import Lock
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Header, HTTPException, Response

from triage.api.access import require
from triage.domain.person import Right

LIBRARY = "vl-convert-python"
BUNDLE = "import vl_convert, sys; sys.stdout.write(vl_convert.javascript_bundle(sys.argv[1]))"
EXPORT = "window.drawChart = vegaEmbed"
WITHIN = 60  # s that bundling may take on a busy machine
KEPT = {"Cache-Control": "private, max-age=31536000, immutable", "Vary": "Accept-Encoding"}

log = structlog.get_logger()
router = APIRouter(dependencies=[Depends(require(Right.READ))])
_one_at_a_time = Lock()


@cache
def edition() -> str:
    """Return the library's version: the script's address, so that browsers may keep it."""
    return version(LIBRARY)


@router.get("/charts/{_edition}.js")
def show_library(_edition: str, accept_encoding: Annotated[str, Header()] = "") -> Response:
    """The library as one script. Without it tables stand where pictures would."""
    with _one_at_a_time:
        packed = _packed()
    if not packed:
        raise HTTPException(503, "the chart library cannot be bundled; the log says why")
    if "gzip" in accept_encoding:
        return Response(packed, 200, KEPT | {"Content-Encoding": "gzip"}, "text/javascript")
    return Response(gzip.decompress(packed), 200, KEPT, "text/javascript")


@cache
def _packed() -> bytes:
    """Return the script, compressed; nothing where it could not be made."""
    command = [sys.executable, "-c", BUNDLE, EXPORT]
    try:
        made = subprocess.run(command, check=True, capture_output=True, timeout=WITHIN)  # noqa: S603 - ours
    except (OSError, subprocess.SubprocessError) as error:
        log.warning("chart_library_not_bundled", error=str(error))
        return b""
    return gzip.compress(made.stdout, mtime=0)
