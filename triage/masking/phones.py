"""Telephone numbers, by the numbering plans of the countries that a text may come from."""

from __future__ import annotations

import re
from functools import lru_cache

from phonenumbers import (
    NumberParseException,
    PhoneMetadata,
    is_possible_number,
    is_valid_number,
    parse,
)

FEWEST, MOST = 7, 15  # digits; E.164 ends at 15
FEWEST_NATIONAL = 8
BARE = 10  # digits from which a run without any mark between may be one
#: Countries whose customers write a language. Numbers of more are found where they begin with +.
REGIONS = {
    "en": ("US", "GB", "AU", "IE", "NZ"),
    "de": ("DE", "AT", "CH"),
    "fr": ("FR", "BE", "CH"),
    "es": ("ES", "MX"),
    "pt": ("PT", "BR"),
    "it": ("IT", "CH"),
    "nl": ("NL", "BE"),
    "nb": ("NO",),
    "no": ("NO",),
    "da": ("DK",),
    "sv": ("SE",),
    "cs": ("CZ",),
    "uk": ("UA",),
    "ja": ("JP",),
    "el": ("GR",),
    "ar": ("AE", "SA", "EG"),
}
EVERYWHERE = ("US", "GB", "DE", "FR", "NL")  # tried whatever the language
_NANP = re.compile(r"(?:1[ .-]?)?\d{3}(?:\) ?-?|[ .-])\d{3}[ .-]\d{4}")
_DATE = re.compile(
    r"(?:19|20)\d\d[-./ ]\d{1,2}[-./ ]\d{1,2}(?!\d)|\d{1,2}[-./ ]\d{1,2}[-./ ](?:19|20)\d\d(?!\d)"
    r"|\d{1,2}[-./]\d{1,2}[-./]\d\d(?![-./]?\d)|(?:19|20)\d{6}(?!\d)"
)
_ADDRESS = re.compile(r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}")  # of a computer


@lru_cache
def regions_of(language: str | None) -> tuple[str, ...]:
    """Return the countries to try for a language such as `de`, `pt-BR` or None, likeliest first."""
    name, _, country = (language or "").replace("_", "-").partition("-")
    known = REGIONS.get(name.lower(), (name.upper(),))
    tried = (country.upper(), *known, *EVERYWHERE)
    return tuple(dict.fromkeys(it for it in tried if _plan(it)))


def is_date_or_address(written: str) -> bool:
    """Return whether it begins as a date does, or is a computer's address."""
    return bool(_DATE.match(written) or _ADDRESS.fullmatch(written))


def is_international(digits: str) -> bool:
    """Return whether these digits after a + can be dialled."""
    return FEWEST <= len(digits) <= MOST and _is_possible(f"+{digits}", None)


def is_national(written: str, digits: str, regions: tuple[str, ...]) -> bool:
    """Return whether it is a number of one of these countries, written as people there do.

    As a bare run of digits only where it begins with the 0 that orders rarely begin with.
    """
    if not FEWEST_NATIONAL <= len(digits) <= MOST:
        return False
    if digits.startswith("00"):
        return _is_valid(f"+{digits[2:]}", None)
    marked = len(digits) < len(written)
    return any(
        _is_valid(digits, region)
        for region in regions
        if _is_written_so(written, digits, region, marked=marked)
    )


def may_be(digits: str, regions: tuple[str, ...]) -> bool:
    """Return whether somebody can be reached by these digits, which are said to be a telephone."""
    return FEWEST <= len(digits) <= MOST and any(_is_possible(digits, it) for it in regions)


def _is_written_so(written: str, digits: str, region: str, *, marked: bool) -> bool:
    trunk = _plan(region)
    if trunk == "1":
        return bool(_NANP.fullmatch(written))
    if trunk == "0":
        return digits[0] == "0" and (marked or len(digits) >= BARE)
    return marked


@lru_cache
def _plan(region: str) -> str:
    """Return what is dialled before a national number, `-` for nothing, empty for no country."""
    known = PhoneMetadata.metadata_for_region(region)
    return (known.national_prefix or "-") if known else ""


def _is_possible(number: str, region: str | None) -> bool:
    try:
        return is_possible_number(parse(number, region))
    except NumberParseException:
        return False


def _is_valid(number: str, region: str | None) -> bool:
    try:
        return is_valid_number(parse(number, region))
    except NumberParseException:
        return False
