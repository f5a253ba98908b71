"""How much room a picture takes, kept for it before it is drawn, so that nothing moves then."""

from __future__ import annotations

from triage.domain.figure import Figure

BARS = 240  # px, axis and legend included
BAND, AXIS = 22, 46  # px: one row of a range, and the axis with its title
HOURS, CLOCK = 24, 24  # likewise, of the picture by weekday and hour
VALUES = {"shares": "share", "times": "times", "change": "change"}  # what a row must have to stand


def room(figure: Figure, picture: str) -> int:
    """Return the height in px, 0 where there is nothing to draw."""
    if picture in VALUES:
        place = figure.columns.index(VALUES[picture])
        drawn = sum(row[place] is not None for row in figure.rows)
        return BAND * drawn + AXIS if drawn else 0
    if not figure.rows or not picture:
        return 0
    if picture == "course" and not any(row[figure.columns.index("share")] for row in figure.rows):
        return 0
    return HOURS * len(figure.rows) + CLOCK if picture == "heat" else BARS
