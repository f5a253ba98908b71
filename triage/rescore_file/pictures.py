"""The report's pictures, as SVG: bars, drawn by Vega in the colours of the page.

Drawing takes 2 s and 100 MB, once, at the end of a run (docs/decisions/0011, 0013).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from triage.domain.emotion import Emotion
from triage.domain.flag import Flag
from triage.domain.policy import Lane
from triage.rescore_file.report import (
    CHARGED,
    EMOTIONS,
    FLAGS,
    LANES,
    LEVEL_NAMES,
    by_title,
    histogram,
)
from triage.rescore_file.tally import BINS, Group, Tally

WIDTH, ROW = 640, 24  # pixels of the drawing; of a bar with its gap
MOST_BARS = 15
LEVELS = [f"var(--level-{level})" for level in range(5)]
LANE_COLOURS = [
    f"var(--{lane})" for lane in ("safeguard", "charged", "gentle", "standard", "standard")
]
LOOK: Mapping[str, Any] = {
    "background": "transparent",
    "font": "system-ui, 'Liberation Sans', sans-serif",
    "view": {"stroke": None},
    "bar": {"color": "var(--after)"},
    "axis": {
        "labelColor": "var(--soft)",
        "titleColor": "var(--soft)",
        "titleFontWeight": "normal",
        "gridColor": "var(--line)",
        "domainColor": "var(--line)",
        "tickColor": "var(--line)",
        "labelFontSize": 12,
        "labelLimit": 180,
    },
    "legend": {"labelColor": "var(--ink)", "title": None, "orient": "top", "labelFontSize": 12},
}
ROOM = {"minExtent": 130}  # pixels for names: readers' letters are wider than those measured
WHOLE = {"title": "tickets", "tickMinStep": 1, "tickCount": 8}

#: A picture: what it shows, and how it is drawn.
Picture = tuple[str, dict[str, Any]]


def pictures(tally: Tally) -> dict[str, list[str]]:
    """Return the drawings of each table that has some, by its title."""
    import vl_convert  # noqa: PLC0415  # a whole JavaScript engine

    found: dict[str, list[str]] = {}
    for title, drawn in _pictures(tally):
        svg = vl_convert.vegalite_to_svg({**drawn, "width": WIDTH, "config": LOOK})
        found.setdefault(title, []).append(svg)
    return found


def _pictures(tally: Tally) -> Iterator[Picture]:
    levels = [(f"{n} {it}", tally.everybody.levels[n]) for n, it in enumerate(LEVEL_NAMES)]
    yield CHARGED, _bars(levels, LEVELS)
    yield CHARGED, _histogram(tally)
    yield LANES, _bars([(it, tally.lanes[it]) for it in Lane], LANE_COLOURS)
    felt = sorted(((it, tally.felt[it]) for it in Emotion), key=lambda it: -it[1])
    yield EMOTIONS, _bars(felt, [])
    flags = [(it.replace("_", " "), tally.flags[it]) for it in Flag if tally.flags[it]]
    if flags:
        yield FLAGS, _bars(sorted(flags, key=lambda it: -it[1]), [])
    for name, groups in tally.by.items():
        if groups:
            yield by_title(name), _stacks(groups)


def _bars(values: Sequence[tuple[str, int]], colours: Sequence[str]) -> dict[str, Any]:
    names = [name for name, _ in values]
    encoding = {
        "y": {"field": "what", "type": "nominal", "sort": None, "title": None, "axis": ROOM},
        "x": {"field": "tickets", "type": "quantitative", "axis": WHOLE},
    }
    if colours:
        scale = {"domain": names, "range": colours}
        encoding["color"] = {"field": "what", "type": "nominal", "scale": scale, "legend": None}
    return {
        "height": ROW * len(values),
        "data": {"values": [{"what": name, "tickets": count} for name, count in values]},
        "mark": "bar",
        "encoding": encoding,
    }


def _histogram(tally: Tally) -> dict[str, Any]:
    bins = [{"from": a, "to": a + 1 / BINS, "tickets": count} for a, count in histogram(tally)]
    return {
        "height": 140,
        "data": {"values": bins},
        "mark": "bar",
        "encoding": {
            "x": {"field": "from", "type": "quantitative", "bin": "binned", "title": "charge"},
            "x2": {"field": "to"},
            "y": {"field": "tickets", "type": "quantitative", "axis": {**WHOLE, **ROOM}},
        },
    }


def _stacks(groups: Mapping[str, Group]) -> dict[str, Any]:
    """Return the share of each level within each of the largest groups."""
    largest = sorted(groups.items(), key=lambda it: -it[1].tickets)[:MOST_BARS]
    values = [
        {"what": name, "level": f"{n} {it}", "n": n, "tickets": group.levels[n]}
        for name, group in largest
        for n, it in enumerate(LEVEL_NAMES)
    ]
    domain = [f"{n} {it}" for n, it in enumerate(LEVEL_NAMES)]
    share = {"field": "tickets", "type": "quantitative", "stack": "normalize"}
    return {
        "height": ROW * len(largest),
        "data": {"values": values},
        "mark": "bar",
        "encoding": {
            "y": {"field": "what", "type": "nominal", "sort": None, "title": None, "axis": ROOM},
            "x": {**share, "axis": {"format": "%", "title": "tickets"}},
            "order": {"field": "n"},
            "color": {
                "field": "level",
                "type": "nominal",
                "scale": {"domain": domain, "range": LEVELS},
            },
        },
    }
