"""The situation that a card answers: all it depends on, and nothing else. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from triage.domain.cause import Cause
from triage.domain.emotion import Emotion, ScoringState
from triage.domain.flag import Flag
from triage.domain.hand_over import HandOver
from triage.domain.quoting import Sentence

PLEASED = (Emotion.GRATITUDE, Emotion.SATISFACTION)
#: Behind thanks these tell of something that is not settled.
LEFT_OVER = re.compile(
    r"\?|\b(?:but|still|however|although|though|except|yet|only|missing|waiting|remain\w*|again|not"
    r"|\w+n't|one (?:more|last)? ?thing|also|while (?:i|you)|please|can|could|when|pay|need|want"
    r"|charg\w+|twice|wrong\w*|late|lost|broke\w*|nobody|no one|never|nothing|minus|without|weeks?"
    r"|months?|delay\w*|slow\w*|ignor\w+|guess|until|unfortunately|instead|almost|half|should)\b",
    re.IGNORECASE,
)
#: Who writes so wants no prepared words.
NO_TEMPLATE = re.compile(
    r"\b(?:canned|(?:no|not|another|same|your|these|more|stop|with) (?:a |one of your |the "
    r"|sending (?:me )?(?:a )?)?templates?"
    r"|templated? (?:reply|replies|answers?|responses?|e-?mails?)"
    r"|copy(?: |-|/|&| and )+past(?:e|ed|ing)|boiler ?plate|form letters?|scripted"
    r"|(?:automated|stock|standard|generic|robotic) (?:reply|replies|answers?|responses?))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What the card depends on. `leading` counts as certain only if it is also in `shown`.

    `contacts` is how often the customer has written without an answer, reopenings included.
    `first_name` is what stands in the name field, which need not be a name. `hand_over` sums up
    the thread for a new agent; None where it has not changed hands.
    """

    state: ScoringState = ScoringState.SCORED
    leading: Emotion | None = None
    shown: frozenset[Emotion] = frozenset()
    level: int = 0
    cause: Cause = Cause.UNCLEAR
    flags: frozenset[Flag] = frozenset()
    contacts: int = 1
    public: bool = False
    first_name: str | None = None
    sentences: tuple[Sentence, ...] = ()
    hand_over: HandOver | None = None

    @property
    def felt(self) -> Emotion | None:
        """The emotion that may be named; None where it is uncertain."""
        if self.state is not ScoringState.SCORED:
            return None
        if self.leading in self.shown:
            return self.leading
        # thanks weigh nothing in the charge, so they never lead; they count where little else does
        pleased = (emotion for emotion in PLEASED if emotion in self.shown)
        return next(pleased, None) if self.level <= 1 else None

    @property
    def leftover(self) -> bool:
        """Whether something may still be open; in doubt it is."""
        return not self.sentences or any(LEFT_OVER.search(it.text) for it in self.sentences)

    @property
    def untemplated(self) -> bool:
        """Whether they complain of prepared words: then only a person's own will do."""
        return any(NO_TEMPLATE.search(it.text) for it in self.sentences)
