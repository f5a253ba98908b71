"""By which name to greet a customer, from a name field that holds all sorts of things. Pure."""

from __future__ import annotations

import unicodedata

from triage.domain.cues import cues

LONGEST_NAME, LONGEST_FIELD = 30, 80  # characters
MOST_WORDS = 5  # of a field that is still somebody's name
MARKS = "-'’"  # within a name
BETWEEN = " .,"  # the words of a field

#: What a name field that holds no name begins with.
NO_NAMES = frozenset(
    """
    null none nil undefined nan unknown anonymous anon nobody noname na no name test tester testing
    user guest customer client admin administrator root info mail email mailer daemon postmaster
    webmaster web website form hello hi dear sir madam mr mrs ms miss mx dr prof the your my our you
    we and or of first last account order ticket angry unhappy furious former ex very dissatisfied
    urgent help please calm ignore disregard system assistant bot true false deleted removed private
    someone somebody anyone person human estate late deceased reply noreply sender contact
    """.split()  # noqa: SIM905 - as a list it would be three times as long
)
#: What no name holds: offices, firms, and what is meant to be read aloud by us.
NEVER_IN_NAMES = frozenset(
    """
    support sales service services office team billing department company ltd inc gmbh llc plc
    refund refunds complaint complaints compensation mistake fault sorry apologies idiot idiots
    moron kill stupid liar liars thief loser hater dumb hitler satan sweetie darling babe rules
    instructions prompt customer helpdesk
    """.split()  # noqa: SIM905 - as a list it would be three times as long
)


def first_name(written: str | None) -> str | None:
    """Return the first name in the field, None where it holds anything else than a name."""
    if not written or len(written) > LONGEST_FIELD or not written.isprintable():
        return None
    words = written.translate(str.maketrans(BETWEEN, " " * len(BETWEEN))).split()
    if not 1 <= len(words) <= MOST_WORDS:
        return None
    name = words[0]
    if not all(map(_is_word, words)) or cues(written) or not _could_be_first(written, name):
        return None
    if name.lower() in NO_NAMES or not NEVER_IN_NAMES.isdisjoint(written.lower().split()):
        return None
    return name.title() if name.islower() or name.isupper() else name


def _could_be_first(written: str, name: str) -> bool:
    """Whether it is no initial, and no surname in front of a comma."""
    letters = sum(map(str.isalpha, name))
    return letters >= 2 and len(name) <= LONGEST_NAME and f"{name}," not in written  # noqa: PLR2004


def _is_word(word: str) -> bool:
    """Whether it is made of letters with their accents, and marks between them."""
    letters = sum(map(str.isalpha, word))
    accents = sum(unicodedata.category(character)[0] == "M" for character in word)
    marks = sum(character in MARKS for character in word)
    return (
        letters + accents + marks == len(word)
        and 2 * accents <= 3 * letters
        and word[0].isalpha()
        and word[-1] not in MARKS
    )
