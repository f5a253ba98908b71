"""The simulated week as an SVG: for each desk, how long customers waited who came in each hour.

A strip a desk, on one logarithmic scale of waits: charged and calm, the 95th of a hundred of each
hour. Readable in light and dark, without scripts or fonts of its own.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

from benchmarks.desks import Touch
from benchmarks.inbox import MONDAY, OUTAGE_BEGINS, OUTAGE_LASTS
from benchmarks.table import quantile

WIDTH, TOP, STRIP, GAP, FOOT = 980, 76, 92, 14, 34
LEFT, PLOT = 168, 540  # where the plot begins, and its width
HOURS = 7 * 24
LEAST, MOST = 1.0, 3 * 24 * 60.0  # minutes, the ends of the scale
TICKS = {10: "10 min", 60: "1 h", 480: "8 h", 2880: "2 days"}
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
FIGURES = ("charged in time*", "longest calm wait", "Gini of heavy")
FIGURE_AT, FIGURE_WIDTH = LEFT + PLOT + 50, 74

STYLE = """
  text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328 }
  .name { font-weight: 600; font-size: 13px } .big { font-size: 16px; font-weight: 600 }
  .soft { fill: #59636e } .small { font-size: 11px } .title { font-size: 16px; font-weight: 600 }
  .ground { fill: #f6f8fa } .outage { fill: #d1d9e0; opacity: .6 }
  .charged { stroke: #bc4c00 } .calm { stroke: #0969da }
  path { fill: none; stroke-width: 1.6; stroke-linejoin: round }
  .grid { stroke: #d1d9e0; stroke-width: .7 }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc } .soft { fill: #9198a1 } .ground { fill: #151b23 }
    .grid { stroke: #3d444d } .outage { fill: #3d444d }
    .charged { stroke: #f0883e } .calm { stroke: #58a6ff }
  }
"""


@dataclass(frozen=True, slots=True)
class Strip:
    """A desk with its touches, and a figure for each of `FIGURES`, in words."""

    name: str
    touches: Sequence[Touch]
    figures: tuple[str, str, str]


def draw(strips: Sequence[Strip]) -> str:
    """Return the picture."""
    height = TOP + len(strips) * (STRIP + GAP) + FOOT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
        f"<title>{escape(_told(strips))}</title><style>{STYLE}</style>",
        *_head(),
    ]
    for number, strip in enumerate(strips):
        parts += _strip(strip, TOP + number * (STRIP + GAP))
    parts += _foot(height)
    return "\n".join([*parts, "</svg>", ""])


def _told(strips: Sequence[Strip]) -> str:
    each = (
        f"{it.name}: " + ", ".join(map(" ".join, zip(FIGURES, it.figures, strict=True)))
        for it in strips
    )
    return "Waits in a simulated week. " + "; ".join(each)


def _head() -> list[str]:
    middle = TOP - 14
    key = [
        _text(LEFT, 22, "How long customers waited, by the hour in which they wrote", "title"),
        f'<path class="charged" d="M{LEFT} 42h22"/>',
        _text(LEFT + 28, 46, "charged, 95th of 100"),
        f'<path class="calm" d="M{LEFT + 170} 42h22"/>',
        _text(LEFT + 198, 46, "calm, 95th of 100"),
    ]
    return key + [
        _text(x, middle - 14 * (len(words) - 1 - line), word, "soft small", "middle")
        for x, words in zip(_figure_places(), (_two_lines(it) for it in FIGURES), strict=True)
        for line, word in enumerate(words)
    ]


def _strip(strip: Strip, top: float) -> list[str]:
    y = _scale(top)
    began = LEFT + PLOT * (OUTAGE_BEGINS.total_seconds() / 3600) / HOURS
    long = PLOT * (2 * OUTAGE_LASTS / 60) / HOURS
    parts = [
        f'<rect class="ground" x="{LEFT}" y="{top}" width="{PLOT}" height="{STRIP}"/>',
        f'<rect class="outage" x="{began:.1f}" y="{top}" width="{long:.1f}" height="{STRIP}"/>',
        _text(LEFT - 14, top + STRIP / 2 + 5, strip.name, "name", "end"),
    ]
    for minutes, word in TICKS.items():
        parts.append(f'<path class="grid" d="M{LEFT} {y(minutes):.1f}h{PLOT}"/>')
        parts.append(_text(LEFT + PLOT + 4, y(minutes) + 4, word, "soft small"))
    parts += [
        _curve((it for it in strip.touches if not it.case.charged), y, "calm"),
        _curve((it for it in strip.touches if it.case.charged), y, "charged"),
    ]
    return parts + [
        _text(x, top + STRIP / 2 + 6, figure, "big", "middle")
        for x, figure in zip(_figure_places(), strip.figures, strict=True)
    ]


def _foot(height: float) -> list[str]:
    days = [
        _text(LEFT + PLOT * (number + 0.5) / 7, height - FOOT + 6, day, "soft small", "middle")
        for number, day in enumerate(DAYS)
    ]
    note = "* where capacity allows. Grey: an outage. The same tickets and people at each desk."
    return [*days, _text(LEFT, height - 6, note, "soft small")]


def _curve(touches: Iterable[Touch], y: Callable[[float], float], name: str) -> str:
    """Return a line through each hour's 95th of a hundred; empty hours are passed over."""
    hours: defaultdict[int, list[float]] = defaultdict(list)
    for one in touches:
        hours[int((one.case.came - MONDAY).total_seconds() // 3600)].append(one.waited)
    points = [
        f"{LEFT + PLOT * (hour + 0.5) / HOURS:.1f} {y(quantile(waited, 0.95)):.1f}"
        for hour, waited in sorted(hours.items())
        if hour < HOURS
    ]
    return f'<path class="{name}" d="M{"L".join(points)}"/>'


def _scale(top: float) -> Callable[[float], float]:
    """Return where a wait in minutes stands in the strip that begins there."""

    def place(minutes: float) -> float:
        within = min(max(minutes, LEAST), MOST)
        return top + STRIP * (1 - math.log(within / LEAST) / math.log(MOST / LEAST))

    return place


def _figure_places() -> list[float]:
    return [FIGURE_AT + FIGURE_WIDTH * (number + 0.5) for number in range(len(FIGURES))]


def _two_lines(words: str) -> list[str]:
    first, _, rest = words.partition(" ")
    return [first, rest]


def _text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    where = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {where} class="{kind}">{escape(words)}</text>'
