"""A replay as one page with a picture. What the picture shows stands below it as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from html import escape
from math import log
from pathlib import Path

from triage.domain.comparison import Comparison, Waits
from triage.domain.policy import Lane
from triage.errors import BadInput
from triage.replay import Replay
from triage.replay_report import (
    AFTER,
    BEFORE,
    carried,
    notes,
    span_words,
    summary,
    tables,
    waits_of,
)
from triage.whole_page import head, table

WIDTH, LEFT, RIGHT = 860, 150, 110
ROW, GAP, AXIS = 15, 12, 26
TICKS = (1, 5, 15, 60, 240, 1440, 4320, 14400, 43200)  # minutes
TICK_NAMES = ("1 min", "5 min", "15 min", "1 h", "4 h", "1 d", "3 d", "10 d", "30 d")


def check_writable(file: Path) -> None:
    """Raise BadInput where no page could be written there; leave what is there as it is."""
    with _as_bad_input(file):
        is_new = not file.exists()
        file.open("ab").close()
        if is_new:
            file.unlink()


def write_page(found: Replay, file: Path) -> None:
    """Write the page to a file. Raises BadInput."""
    with _as_bad_input(file):
        file.write_text(page(found), encoding="utf-8")


@contextmanager
def _as_bad_input(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BadInput(f"{file}: {error.strerror}; expected a file that can be written") from error


def page(found: Replay) -> str:
    """Return the page as HTML."""
    body = [f"<h1>Replay</h1><p>{escape(summary(found))}</p>", _legend(), *_pictures(found)]
    body += [table(it) for it in tables(found) if it.rows]
    body.append("<h2>What this rests on</h2>")
    body += [f"<p>{escape(it)}</p>" for it in notes(found)]
    return head("Replay", STYLE) + "\n".join(body) + "\n</main>\n"


def _pictures(found: Replay) -> Iterator[str]:
    yield "<h2>How long customers wait, by lane</h2>"
    yield "<p class=about>From the wait of half of them (dot) to that of 95 % (bar's end).</p>"
    yield _wait_picture(found.compared)
    yield "<h2>Emotional load, by agent</h2>"
    yield _load_picture(found)


def _wait_picture(it: Comparison) -> str:
    lanes = [one for one in Lane if one in it.before.lanes or one in it.after.lanes]
    longest = max(_minutes(w.most) for s in (it.before, it.after) for w in s.lanes.values())
    end = next((tick for tick in TICKS if tick >= longest), TICKS[-1])
    parts, top = [], AXIS
    height = AXIS + len(lanes) * (2 * ROW + GAP)
    for tick, name in zip(TICKS, TICK_NAMES, strict=True):
        if tick <= end:
            parts.append(_tick(_place(tick, end), name, height))
    for lane in lanes:
        parts.append(_label(str(lane), top + ROW))
        for number, side in enumerate((it.before, it.after)):
            middle = top + number * ROW + ROW / 2
            parts.append(_bar(waits_of(side, lane), end, middle, (BEFORE, AFTER)[number]))
        top += 2 * ROW + GAP
    return _svg(height, "Waits by lane, before and after", parts)


def _bar(one: Waits, end: int, middle: float, side: str) -> str:
    if one.half is None or one.most is None:
        return f'<text class="value" x="{LEFT}" y="{middle + 4:.1f}">nobody answered</text>'
    start, stop = _place(_minutes(one.half), end), _place(_minutes(one.most), end)
    said = f"{side}: half within {span_words(one.half)}, 95 % within {span_words(one.most)}"
    return (
        f'<g class="{side}"><title>{said}</title>'
        f'<line x1="{start:.1f}" x2="{stop:.1f}" y1="{middle:.1f}" y2="{middle:.1f}"/>'
        f'<circle cx="{start:.1f}" cy="{middle:.1f}" r="4.5"/></g>'
        f'<text class="value" x="{stop + 9:.1f}" y="{middle + 4:.1f}">'
        f"{span_words(one.half)} – {span_words(one.most)}</text>"
    )


def _load_picture(found: Replay) -> str:
    loads = carried(found)
    most = max((max(was, now) for _, was, now in loads), default=0.0) or 1.0
    parts, top = [], 4
    for agent, was, now in loads:
        parts.append(_label(found.names[agent], top + ROW))
        for number, value in enumerate((was, now)):
            y = top + number * ROW + 2
            width = (WIDTH - LEFT - RIGHT) * value / most
            side = (BEFORE, AFTER)[number]
            parts.append(
                f'<rect class="{side}" x="{LEFT}" y="{y}" width="{max(width, 1):.1f}" '
                f'height="{ROW - 4}"/><text class="value" x="{LEFT + width + 7:.1f}" '
                f'y="{y + ROW - 5}">{value:.1f}</text>'
            )
        top += 2 * ROW + GAP
    return _svg(top, "Emotional load by agent, before and after", parts)


def _place(minutes: float, end: int) -> float:
    """Return where so many minutes stand on a logarithmic scale from one minute."""
    share = log(max(1.0, minutes)) / log(end) if end > 1 else 0.0
    return LEFT + (WIDTH - LEFT - RIGHT) * min(1.0, share)


def _minutes(span: timedelta | None) -> float:
    return span / timedelta(minutes=1) if span else 0.0


def _tick(x: float, name: str, height: int) -> str:
    return (
        f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{AXIS - 6}" y2="{height}"/>'
        f'<text class="tick" x="{x:.1f}" y="{AXIS - 12}">{name}</text>'
    )


def _label(name: str, y: float) -> str:
    short = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
    return f'<text class="label" x="{LEFT - 12}" y="{y + 4:.1f}">{escape(short)}</text>'


LONGEST_NAME = 20  # characters beside the picture


def _svg(height: int, name: str, parts: Iterable[str]) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(name)}">'
        f"{''.join(parts)}</svg>"
    )


def _legend() -> str:
    return (
        '<p class="legend"><span class="before">●</span> before: as it is in force '
        '<span class="after">●</span> after: as it is tried</p>'
    )


STYLE = """.legend { color: var(--soft); }
.legend .before { color: var(--before); }
.legend .after { color: var(--after); margin-left: 1rem; }
svg { width: 100%; height: auto; font-size: 12px; }
svg text { fill: var(--ink); }
svg .label { text-anchor: end; }
svg .tick { text-anchor: middle; fill: var(--soft); }
svg .value { fill: var(--soft); paint-order: stroke; stroke: var(--sheet); stroke-width: 4px; }
svg .grid { stroke: var(--line); }
svg .before line { stroke: var(--before); stroke-width: 4; }
svg .after line { stroke: var(--after); stroke-width: 4; }
svg .before circle { fill: var(--sheet); stroke: var(--before); stroke-width: 3; }
svg .after circle { fill: var(--after); }
rect.before { fill: var(--before); }
rect.after { fill: var(--after); }
"""
