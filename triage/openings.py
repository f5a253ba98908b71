"""The hours of a policy file: when an organisation answers, read into the domain's calendar.

A week of days, a zone, single closed days, and a country's public holidays, whose dates a library
works out.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping
from datetime import date, time
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from triage.domain.agent import MONDAY_TO_SUNDAY, Hours
from triage.domain.calendar import Calendar
from triage.domain.policy import Lane
from triage.yamlfile import Field

BESIDES = ("zone", "holidays", "closed", "round_the_clock")  # the keys that are no days
OPENING = re.compile(r"(\d\d?:\d\d) ?[-–] ?(\d\d?:\d\d)", re.ASCII)
DAYS = re.compile(r"([a-z]{3})(?:-([a-z]{3}))?")
HOLIDAY_YEARS = range(2020, 2061)  # worked out at once, 10 ms: threads share plain dates


def read_hours(field: Field) -> dict[str, Any]:
    """Return what the group `hours` says of the policy's fields. Raises BadFile."""
    values = field.mapping()
    if "zone" not in values:
        raise field.wrong("expected zone here, such as Europe/London")
    calendar = Calendar(_zone(values["zone"]), _week(field), _closed(values))
    if "round_the_clock" not in values:
        return {"calendar": calendar}
    lanes = values["round_the_clock"].many_of(Lane, Lane)
    return {"calendar": calendar, "round_the_clock": lanes}


def _zone(field: Field) -> ZoneInfo:
    try:
        return ZoneInfo(field.text())
    except (ValueError, OSError, KeyError) as error:
        raise field.wrong(
            f"unknown zone {field.text()!r}, expected one such as Europe/London"
        ) from error


def _week(field: Field) -> Mapping[int, Hours]:
    week: dict[int, Hours] = {}
    for key, value in field.mapping().items():
        for day in _days(key, value) if key not in BESIDES else ():
            if day in week:
                raise value.wrong(f"{MONDAY_TO_SUNDAY[day]} has hours already, expected them once")
            week[day] = read_opening(value)
    if not week:
        raise field.wrong('expected a day with hours, such as mon-fri: "09:00-17:30"')
    return MappingProxyType(week)


def _days(key: str, field: Field) -> Iterator[int]:
    """Yield the weekdays that `mon`, `mon-fri` or `sat-mon` names; 0 is Monday."""
    found = DAYS.fullmatch(key)
    if not found or not {*found.groups()} <= {*MONDAY_TO_SUNDAY, None}:
        besides = ", ".join(BESIDES)
        raise field.wrong(f"unknown key {key!r}, expected {besides}, or days such as mon-fri")
    first, last = (MONDAY_TO_SUNDAY.index(day or found[1]) for day in found.groups())
    yield from (day % 7 for day in range(first, last + 1 if last >= first else last + 8))


def read_opening(field: Field) -> Hours:
    """Return hours such as "09:00-17:30". Raises BadFile."""
    found = OPENING.fullmatch(field.text())
    try:
        start, end = map(_clock, found.groups() if found else ())
    except ValueError as error:
        raise field.wrong(
            f'expected hours such as "09:00-17:30", found {field.text()!r}'
        ) from error
    return Hours(start, end)


def _clock(text: str) -> time:
    return time.fromisoformat("00:00" if text == "24:00" else text.zfill(5))


def _closed(values: Mapping[str, Field]) -> frozenset[date]:
    dates = [_date(item) for item in values["closed"].items()] if "closed" in values else []
    return frozenset(dates) | (_holidays(values["holidays"]) if "holidays" in values else set())


def _date(field: Field) -> date:
    try:
        return date.fromisoformat(field.text())
    except ValueError as error:
        raise field.wrong(f"expected a date such as 2026-12-24, found {field.text()!r}") from error


def _holidays(field: Field) -> frozenset[date]:
    import holidays  # noqa: PLC0415 - 10 MB and 0.1 s, for those who use it

    values = field.mapping("country", "region")
    known = holidays.list_supported_countries()
    country, region = values["country"], values.get("region")
    if country.text() not in known:
        raise country.wrong(f"unknown country {country.text()!r}, expected a code such as GB")
    if region and region.text() not in (regions := known[country.text()]):
        expected = f"one of {', '.join(regions)}" if regions else "none there"
        raise region.wrong(f"unknown region {region.text()!r}, expected {expected}")
    with warnings.catch_warnings():  # of the years for which it knows no dates
        warnings.simplefilter("ignore")
        return frozenset(
            holidays.country_holidays(
                country.text(), subdiv=region.text() if region else None, years=HOLIDAY_YEARS
            )
        )
