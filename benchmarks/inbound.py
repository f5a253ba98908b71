"""A delivery of 20 KB by every helpdesk: checked and read, beside the least that one could do.

`python -m benchmarks inbound`. Each vendor's example is made 20 KB long by its customer's words (a
batch by more events) and signed as the vendor signs. Rounds are interleaved: every vendor once,
and so on, in a process that does nothing else. The peer is an HMAC and `json.loads` of the same
bytes: neither whose delivery it is nor what it says. Bodies of HTML are made of paragraphs.
"""

from __future__ import annotations

import gc
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.table import Report, Target, quantile, show
from tests.unit.helpdesks.signed_deliveries import NOW, VENDORS, Vendor

MOST = 1.0  # ms, p99
KEY = b"k" * 32
COLUMNS = ("helpdesk", "KB", "p50 ms", "p99 ms", "HMAC and json.loads, p50 ms", "times")


def ours(vendor: Vendor, body: bytes) -> Callable[[], object]:
    """Return what our web process does before it stores anything."""
    helpdesk, delivery = vendor.helpdesk, vendor.delivery(body)

    def take_in() -> object:
        helpdesk.verify(delivery, (vendor.secret,), NOW)
        return helpdesk.parse(delivery)

    assert take_in(), vendor.name
    return take_in


def least(body: bytes) -> Callable[[], object]:
    """Return the least that could be done with the same bytes."""

    def take_in() -> object:
        hmac.new(KEY, body, hashlib.sha256).digest()
        with suppress(ValueError):  # mails and SOAP
            return json.loads(body)
        return body.decode(errors="replace")

    return take_in


def ms(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - began)


def measure(rounds: int, size: int) -> dict[str, tuple[int, list[float], list[float]]]:
    """Return by vendor: bytes, and each round's ms of ours and of the peer."""
    bodies = {vendor.name: vendor.large(size) for vendor in VENDORS}
    acts = {it.name: (ours(it, bodies[it.name]), least(bodies[it.name])) for it in VENDORS}
    found: dict[str, tuple[int, list[float], list[float]]] = {
        name: (len(body), [], []) for name, body in bodies.items()
    }
    gc.freeze()  # what was loaded so far is no garbage, as in the web process
    for _ in range(rounds):
        for name, (mine, peer) in acts.items():
            found[name][1].append(ms(mine))
            found[name][2].append(ms(peer))
    return found


def report(
    found: dict[str, tuple[int, list[float], list[float]]], settings: dict[str, int]
) -> Report:
    rows: list[list[str | float]] = []
    targets = []
    for name, (size, mine, peer) in found.items():
        p50, p99, other = quantile(mine, 0.5), quantile(mine, 0.99), quantile(peer, 0.5)
        rows.append([name, round(size / 1000), p50, p99, other, p50 / other])
        targets.append(Target(f"{name}: p99", p99, MOST, "ms"))
    return Report(
        name="inbound",
        title="A delivery of 20 KB: verified and parsed",
        columns=COLUMNS,
        rows=rows,
        targets=targets,
        settings=settings,
    )


def main(
    rounds: int = 1_000,
    size: Annotated[int, typer.Option(help="bytes of a delivery, at least")] = 20_000,
    out: Annotated[Path | None, typer.Option("--json", help="write the figures here")] = None,
) -> None:
    """Measure and print a table."""
    show(report(measure(rounds, size), {"rounds": rounds, "bytes": size}), out)


if __name__ == "__main__":
    typer.run(main)
