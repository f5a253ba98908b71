"""Cards, bank accounts and national ids: what proves itself by its check digits and its shape.

A shape that every eleventh order number would pass counts only in the language of its country.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from stdnum import iban, luhn
from stdnum.be import nn
from stdnum.br import cpf
from stdnum.ch import ssn as ahv
from stdnum.cz import rc
from stdnum.de import idnr
from stdnum.es import dni, nie
from stdnum.fi import hetu
from stdnum.fr import nir
from stdnum.ie import pps
from stdnum.it import codicefiscale
from stdnum.mx import curp
from stdnum.no import fodselsnummer
from stdnum.pl import pesel
from stdnum.ro import cnp
from stdnum.se import personnummer
from stdnum.tr import tckimlik
from stdnum.us import ssn

SHORTEST_CARD, LONGEST_CARD = 13, 19  # digits
SHORTEST_IBAN, LONGEST_IBAN = 15, 34  # characters
IBAN_REST = 97
_CARD = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}"
    r"|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}|35(?:2[89]|[3-8]\d)\d{12}"
    r"|6(?:011|4[4-9]\d|5\d\d|2\d\d)\d{12}|(?:5018|5020|5038|5893|6304|6759|676[1-3])\d{12}"
)
_CARD_WRITTEN = re.compile(r"\d+|\d{4}(?:[ -]\d{2,6}){2,4}")
_IBAN = re.compile(r"[A-Z]{2}\d{2}(?:[ -]?[A-Z\d]){11,30}", re.IGNORECASE | re.ASCII)

_Check = Callable[[str], bool]
_ANYWHERE: tuple[tuple[str, _Check], ...] = (
    (r"\d{3}-\d{2}-\d{4}", ssn.is_valid),
    (r"\d{3}\.\d{3}\.\d{3}-\d{2}", cpf.is_valid),
    (r"756[. ]?\d{4}[. ]?\d{4}[. ]?\d{2}", ahv.is_valid),
    (r"(?:\d{2})?\d{6}[-+]\d{4}", personnummer.is_valid),
    (r"\d{6} ?\d{5}", fodselsnummer.is_valid),
    (r"\d{2}\.?\d{2}\.?\d{2}[- ]?\d{3}[. ]?\d{2}", nn.is_valid),
    (r"\d{2} ?\d{3} ?\d{3} ?\d{3}", idnr.is_valid),
    (r"[12] ?\d{2} ?\d{2} ?\d{2} ?\d{3} ?\d{3} ?\d{2}", nir.is_valid),
    (r"\d{6}/\d{3,4}", rc.is_valid),
    (r"[1-9]\d{12}", cnp.is_valid),
)
_AT_HOME: dict[str, tuple[tuple[str, _Check], ...]] = {
    "pl": ((r"\d{11}", pesel.is_valid),),
    "tr": ((r"[1-9]\d{10}", tckimlik.is_valid),),
    "pt": ((r"\d{11}", cpf.is_valid),),
}
_WITH_LETTERS: tuple[tuple[str, _Check], ...] = (
    (r"\d{6}[-+A-FU-Y]\d{3}[\dA-Y]", hetu.is_valid),
    (r"\d{8}-?[A-Z]", dni.is_valid),
    (r"[XYZ]\d{7}-?[A-Z]", nie.is_valid),
    (r"\d{7}[A-W][ABW]?", pps.is_valid),
    (r"[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]", codicefiscale.is_valid),
    (r"[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z\d]\d", curp.is_valid),
    (r"[A-CEGHJ-PR-TW-Z]{2}\d{2} \d{2} \d{2} ?[A-D]", lambda _: True),  # has no check digit
)


def _compiled(
    shapes: tuple[tuple[str, _Check], ...], end: str = ""
) -> tuple[tuple[re.Pattern[str], _Check], ...]:
    return tuple((re.compile(f"{it}{end}", re.IGNORECASE | re.ASCII), ok) for it, ok in shapes)


_ANY_SHAPES, _LETTER_SHAPES = _compiled(_ANYWHERE), _compiled(_WITH_LETTERS, r"(?!\w)")
_HOME_SHAPES = {language: _compiled(shapes) for language, shapes in _AT_HOME.items()}


def is_card(written: str, digits: str) -> bool:
    """Return whether it is a payment card's number: its issuer's, with a right last digit."""
    if not SHORTEST_CARD <= len(digits) <= LONGEST_CARD or not _CARD_WRITTEN.fullmatch(written):
        return False
    return bool(_CARD.fullmatch(digits)) and luhn.is_valid(digits)


def is_identity(written: str, language: str | None) -> bool:
    """Return whether it is a number that a state gives to a person, of digits alone."""
    shapes = (*_ANY_SHAPES, *_HOME_SHAPES.get((language or "")[:2], ()))
    return any(shape.fullmatch(written) and check(written) for shape, check in shapes)


def identity_end(text: str, start: int, end: int) -> int | None:
    """Return where such a number with letters ends that begins at `start`, None where none does."""
    for shape, check in _LETTER_SHAPES:
        found = shape.match(text, start, end)
        if found and check(found[0].upper()):
            return found.end()
    return None


def account_end(text: str, start: int, end: int) -> int | None:
    """Return where the IBAN ends that begins at `start`, None where none does."""
    if not (found := _IBAN.match(text, start, end)):
        return None
    written = found[0]
    for length in range(len(written), SHORTEST_IBAN - 1, -1):
        if start + length < len(text) and (text[start + length].isalnum()):
            continue
        if _is_iban("".join(filter(str.isalnum, written[:length]))):
            return start + length
    return None


def _is_iban(account: str) -> bool:
    if not SHORTEST_IBAN <= len(account) <= LONGEST_IBAN:
        return False
    moved = account[4:] + account[:4]
    return int("".join(str(int(it, 36)) for it in moved)) % IBAN_REST == 1 and iban.is_valid(
        account
    )
