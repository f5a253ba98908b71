"""Which language a message is in, or that nobody can tell.

The detector (py3langid) names one of the languages that helpdesks meet. Too few letters or too
little certainty defeat every detector: then the helpdesk's hint decides, and failing that None.
What an unknown language means is the classifier's business.
"""

import re
from array import array
from functools import cache
from threading import Lock
from typing import Protocol, cast

SUPPORTED = frozenset({"en"})
ENOUGH_LETTERS = 20  # "refund?" is German, Spanish and Danish
READ = 500  # characters; more only cost time
#: Least probability to believe the detector. English is what the model reads, and taking it for
#: another language leaves a customer unscored; so the others need more.
SURE_OF_ENGLISH = 0.5
SURE_OF_ANOTHER = 0.8

_NAMES = (
    "ar bg ca cs da de el en es et fa fi fr he hi hr hu id it ja ko lt lv nl no "
    "pl pt ro ru sk sl sv th tr uk vi zh"
)
#: Few languages instead of all 139: less to hold in memory, and fewer to be mistaken for.
LANGUAGES = _NAMES.split()

_LANGUAGE_CODE = re.compile(r"\s*([A-Za-z]{2,3})(?![A-Za-z])")
_loading = Lock()


class _Identifier(Protocol):
    def classify(self, text: str) -> tuple[str, float]: ...


def detect(text: str, hint: str | None = None) -> str | None:
    """Return the ISO 639-1 code of the text's language; None if neither text nor hint tells.

    `hint` is the helpdesk's locale of the customer, such as "en-GB" or "de_AT".
    """
    read = text[:READ]
    latin, other = _letters(read)
    if latin + other < ENOUGH_LETTERS and other <= latin:
        return _from_hint(hint)
    language, probability = _identifier().classify(read)
    sure = SURE_OF_ENGLISH if language == "en" else SURE_OF_ANOTHER
    # a script of its own names its language in few letters, and never English
    is_believed = language != "en" if other > latin else probability >= sure
    return language if is_believed else _from_hint(hint)


def load() -> None:
    """Read the detector's tables now (0.7 s) instead of with the first message."""
    _identifier()


def _letters(text: str) -> tuple[int, int]:
    """Return how many letters are Latin and how many of another script."""
    letters = [character for character in text if character.isalpha()]
    latin = sum(character < "\u0250" or "\u1e00" <= character < "\u1f00" for character in letters)
    return latin, len(letters) - latin


def _from_hint(hint: str | None) -> str | None:
    code = _LANGUAGE_CODE.match(hint or "")
    return code[1].lower() if code else None


def _identifier() -> _Identifier:
    with _loading:
        return _loaded()


@cache
def _loaded() -> _Identifier:
    from py3langid import langid  # type: ignore[import-untyped]  # noqa: PLC0415  # heavy

    identifier = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES)
    # 5 MB less than as lists; and 28 MB of other languages, kept for a reset nobody asks for
    identifier.tk_output = array("i", identifier.tk_output)
    identifier._rowbase = array("I", identifier._rowbase)
    identifier._full_model = identifier.nb_ptc, identifier.nb_pc, identifier.nb_classes
    return cast("_Identifier", identifier)
