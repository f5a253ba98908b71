"""Where a message's signature begins: the delimiter, the phone's own line, the closing, the lawyer.

Works on the customer's own lines only. Text that looks like a postscript is never cut.
"""

import re
from collections.abc import Callable, Sequence

MAX_CLOSING = 6  # lines that a name, a title and an address take
MAX_TAIL = 15  # lines of the longest signature after a delimiter
LONG = 80  # characters that a line in a signature does not reach
WORDS_OF_A_SENTENCE = 4

_DELIMITER = re.compile(r"\s*(?:--|—|_{2,40}|-{2}\s)\s*$")
_DEVICE = re.compile(
    r"\s*(?:sent from (?:my|yahoo|outlook|mail|the)|sent via|get outlook for|gesendet von|"
    r"von meinem \w+ gesendet|envoyé (?:depuis|de mon)|enviado desde|inviato da|verzonden vanaf)\b",
    re.IGNORECASE,
)
_LEGAL = re.compile(
    r"[\s*]*(?:(?:confidentiality|privacy|legal) notice\b|disclaimer:|"
    r"this (?:e-?mail|message|communication)(?: \([^)]*\))?,? (?:and|is intended|is confidential|"
    r"may contain|contains confidential|including)|"
    r"the information (?:contained )?in this (?:e-?mail|message|communication|transmission)|"
    r"if you are not the intended recipient|please consider the environment|virus-free)",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"\s*(?:(?:with |my )?(?:best|kind|kindest|warm|warmest) (?:regards|wishes)|"
    r"regards|best|cheers|"
    r"(?:yours )?(?:sincerely|faithfully|truly)(?: yours)?|respectfully|all the best|br|"
    r"(?:many )?thanks in advance(?: for [\w ]{1,30})?|thank you in advance(?: for [\w ]{1,30})?|"
    r"thanks and regards|thanks (?:&|and) regards)\s*[,.!]*\s*$",
    re.IGNORECASE,
)
_THANKS = re.compile(r"\s*(?:thanks|many thanks|thank you|thx|ta)\s*[,.!]*\s*$", re.IGNORECASE)
_NAME = re.compile(r"\s*[^\W\d_][\w.' -]{0,30}$")
_POSTSCRIPT = re.compile(r"\s*p\.?\s?s\b", re.IGNORECASE)


def signature_at(lines: Sequence[str]) -> int | None:
    """Return the index of the first line that is signature, or None; never cuts all words."""
    words = next((at for at, line in enumerate(lines) if _has_letters(line)), len(lines))
    for at in range(words + 1, len(lines)):
        if any(rule(lines[at], _filled(lines[at + 1 :])) for rule in _RULES):
            return at
    return None


def _has_letters(line: str) -> bool:
    return any(character.isalpha() for character in line)


def _filled(lines: Sequence[str]) -> list[str]:
    """Return the first lines that are not blank, one more than any signature has."""
    filled: list[str] = []
    for line in lines:
        if line.strip():
            filled.append(line)
        if len(filled) > MAX_TAIL:
            break
    return filled


def _is_delimiter(line: str, below: list[str]) -> bool:
    return bool(_DELIMITER.match(line)) and _looks_like_signature(below, MAX_TAIL)


def _is_device(line: str, below: list[str]) -> bool:
    return len(line) < LONG and bool(_DEVICE.match(line)) and len(below) <= MAX_TAIL


def _is_legal(line: str, _below: list[str]) -> bool:
    return bool(_LEGAL.match(line))


def _is_closing(line: str, below: list[str]) -> bool:
    return bool(_CLOSING.match(line)) and _looks_like_signature(below, MAX_CLOSING)


def _is_thanks_and_name(line: str, below: list[str]) -> bool:
    """A "Thanks" above a name closes a letter; one by itself is gratitude and stays."""
    is_signed = bool(below) and bool(_NAME.match(below[0].rstrip()))
    return is_signed and bool(_THANKS.match(line)) and _looks_like_signature(below, MAX_CLOSING)


def _looks_like_signature(below: list[str], most: int) -> bool:
    """Tell names and addresses from more of the letter: few lines, short, and no sentences."""
    until_legal = next((at for at, line in enumerate(below) if _LEGAL.match(line)), len(below))
    signature = below[:until_legal]
    return len(signature) <= most and not any(map(_is_prose, signature))


def _is_prose(line: str) -> bool:
    text = line.strip()
    is_sentence = text.endswith((".", "!", "?")) and text.count(" ") >= WORDS_OF_A_SENTENCE - 1
    return is_sentence or len(text) > LONG or bool(_POSTSCRIPT.match(text))


_RULES: tuple[Callable[[str, list[str]], bool], ...] = (
    _is_delimiter,
    _is_device,
    _is_legal,
    _is_closing,
    _is_thanks_and_name,
)
