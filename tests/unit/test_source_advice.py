"""What is the matter with a source is said with its numbers, in any language."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from gettext import NullTranslations

import pytest

from triage.domain.source_status import Signs, Trouble
from triage.source_advice import Advice

SEVERAL = Signs(
    given_up=2_000,
    oldest_waits=timedelta(minutes=7),
    refused_today=3,
    unread_today=4,
    writes_lost=5,
)
EVERY = pytest.mark.parametrize("trouble", Trouble)


class Backwards(NullTranslations):
    """A language in which every word begins with its end; what is put in stays."""

    def gettext(self, message: str) -> str:
        return " ".join(it if "%" in it else it[::-1] for it in message.split())

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


@EVERY
def test_every_trouble_has_a_sentence_and_nothing_of_its_template_is_left(trouble):
    said = Advice(trouble, "desk", SEVERAL).sentence()
    assert said.endswith((".", "desk"))
    assert "%" not in said


@pytest.mark.parametrize(
    ("trouble", "sign", "one", "several"),
    [
        (Trouble.GIVEN_UP, "given_up", "1 ticket could", "2,000 tickets could"),
        (Trouble.UNREAD, "unread_today", "1 delivery of", "4 deliveries of"),
        (Trouble.WRITES, "writes_lost", "1 write to", "5 writes to"),
    ],
)
def test_one_is_not_said_as_several(trouble, sign, one, several):
    assert Advice(trouble, "desk", SEVERAL).sentence().startswith(several)
    assert Advice(trouble, "desk", replace(SEVERAL, **{sign: 1})).sentence().startswith(one)


@EVERY
def test_every_sentence_is_said_in_the_language_of_its_reader(trouble):
    advice = Advice(trouble, "desk", SEVERAL)
    assert advice.sentence(Backwards()) != advice.sentence()
