"""The corpus with all its readers: who wrote, who read blind, who settled; and its three parts.

`second.tsv` and `settled.tsv` hold `id, labels, flags`, `goemotions.tsv` the same by comment id;
`rewritten.tsv` holds `id, kind, text`: training messages as other people would put them.
A part is made of whole briefs, so that no manner of writing is in two of them.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from models.training.corpus import BadCorpus, Labels, Message, labels_of, read_folder

CORPUS = Path(__file__).parent.parent / "corpus"
FLAGS_BETWEEN = " ;; "
HELD_COMMENTS = 10  # one of so many is not trained on: real language, to look at

#: Briefs kept for the test, about one of each kind; never looked at for a choice.
TEST = frozenset(
    {
        "s03-telecom-social",
        "s07-console-social",
        "s12-bank-chat",
        "s17-energy-web",
        "s20-hotel-review",
        "s24-supermarket-social",
        "g04-urgent-calm",
        "g08-retail-defects",
        "g13-negatives-neutral",
        "m02-sarcasm-short",
        "m05-trying-but",
        "m08-anxious-small",
        "f01-self-harm-b",
        "f02-danger-a",
        "f03-bereavement-b",
        "f04-vulnerability-a",
        "f05-churn-b",
        "f06-legal-a",
        "f07-regulator-b",
        "f08-press-a",
        "f09-discrimination-b",
        "f10-staff-abuse-a",
        "f11-minor-b",
        "v01-aae",
        "v09-dyslexic-dictated",
        "l02-email-charged",
        "p08-plain-test",
        "t01-replies-rising",
        "x03-swearing",
        "o21-posts-mixed-b",
        "o22-emails-mixed-b",
        "o29-posts-mixed-c",
        "o30-chats-mixed-c",
        "o31-forms-mixed-c",
        "q10-flags-mixed-a",
        "q11-flags-mixed-b",
        "g19-plain-problems-a",
        "g20-plain-problems-b",
    }
)
#: Of them, those that came last: no earlier model was judged on them.
FRESH = frozenset(
    {
        "q10-flags-mixed-a",
        "q11-flags-mixed-b",
        "g19-plain-problems-a",
        "g20-plain-problems-b",
    }
)
#: Briefs on which probabilities and thresholds are fitted and choices are made.
CALIBRATION = frozenset(
    {
        "s05-parcel-social",
        "s10-ride-chat",
        "s15-app-review-banking",
        "s22-health-chat",
        "g02-payments",
        "g09-security",
        "m04-quiet-despair",
        "m07-british-understatement",
        "f03-bereavement-a",
        "f05-churn-a",
        "f08-press-b",
        "f12-mixed-a",
        "f12-mixed-b",
        "v04-german-slavic",
        "l04-web-b2b",
        "t02-replies-easing",
        "p07-plain-mixed",
        "x01-thanks-but",
        "o19-posts-mixed-a",
        "o20-emails-mixed-a",
        "q03-flags-plain-c",
        "q09-flags-mixed-cal",
        "g18-plain-problems-cal",
    }
)


class Part(StrEnum):
    """What a message is for."""

    TRAIN = "train"
    CALIBRATION = "calibration"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Read:
    """A message with the labels of its writer, of the blind reader, and those that hold."""

    message: Message
    second: Labels
    settled: Labels

    @property
    def part(self) -> Part:
        if self.message.brief in TEST:
            return Part.TEST
        return Part.CALIBRATION if self.message.brief in CALIBRATION else Part.TRAIN

    @property
    def readers(self) -> tuple[Labels, ...]:
        """All that somebody saw; what was settled counts beside the two that differed."""
        both = (self.message.labels, self.second)
        return both if self.settled in both else (*both, self.settled)


def read_corpus(folder: Path = CORPUS) -> list[Read]:
    """Return every message with its readers. Raises BadCorpus."""
    second, settled = (read_labels(folder / name) for name in ("second.tsv", "settled.tsv"))
    found = []
    for message in read_folder(folder / "messages"):
        if message.id not in second:
            raise BadCorpus(f"{message.id} has no second reader")
        other = second[message.id]
        holds = settled.get(message.id) or agreed(message.labels, other)
        found.append(Read(message, other, holds))
    return found


def read_comments(folder: Path = CORPUS) -> tuple[dict[str, Labels], dict[str, Labels]]:
    """Return the labels of comments by id: to train on, and held. Raises BadCorpus."""
    every = read_labels(folder / "goemotions.tsv")
    held = {name for name in every if zlib.crc32(name.encode()) % HELD_COMMENTS == 0}
    trained = {name: it for name, it in every.items() if name not in held}
    return trained, {name: every[name] for name in held}


def read_labels(path: Path) -> dict[str, Labels]:
    """Return labels by id. Raises BadCorpus with file and line."""
    found: dict[str, Labels] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        name, labels, *flags = line.split("\t")
        try:
            found[name] = labels_of(labels.split(), _flags(flags[0] if flags else ""))
        except BadCorpus as error:
            raise BadCorpus(f"{path.name}:{number}: {error}") from None
    return found


def read_rewritten(path: Path) -> dict[str, tuple[str, ...]]:
    """Return by message id how others would put it. Raises BadCorpus with file and line."""
    found: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        name, *rest = line.split("\t")
        if len(rest) != len(("kind", "text")):
            raise BadCorpus(f"{path.name}:{number}: expected id, kind and text, tab-separated")
        found[name] = (*found.get(name, ()), rest[1])
    return found


def agreed(first: Labels, second: Labels) -> Labels:
    """Return what holds where two readers differ little: the lower charge, unless a flag stands."""
    flags = {**second.flags, **first.flags}
    choose = max if flags else min
    return Labels(
        charge=choose(first.charge, second.charge),
        emotions=_emotions(first.emotions, second.emotions),
        cause=first.cause,
        ours=first.ours,
        conduct=first.conduct,
        remarks=first.remarks | second.remarks,
        flags=flags,
    )


def _emotions(first: Mapping[str, int], second: Mapping[str, int]) -> dict[str, int]:
    """Return the emotions that both saw, or one of them plainly."""
    total = {it: first.get(it, 0) + second.get(it, 0) for it in (*first, *second)}
    return {it: min(2, (sum_ + 1) // 2) for it, sum_ in total.items() if sum_ > 1}


def _flags(text: str) -> dict[str, str]:
    parts = [part.partition(": ") for part in text.split(FLAGS_BETWEEN) if part.strip()]
    return {name.strip(): words.strip() for name, _, words in parts}
