"""The corpus of support messages: its text format, read and checked.

A file holds the messages of one brief. Each begins with a line of labels and goes on with its text:

    @ telecom social first 2 frustration2 worry1 ours cannot_tell civil sarcasm
    ! churn: taking my number to someone else
    @brand third outage this wk. taking my number to someone else lol

which is: industry, channel, first contact or reply, charge, emotions (or `none`), cause, whether
the text shows that it was ours, conduct, and `sarcasm` or `unsure` where they hold; then a line for
each flag with the words that show it. `models/corpus/GUIDELINE.md` says what they mean.

`python3 -m models.training.corpus FILE…` says what is wrong in a file and how its labels spread.
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from triage.domain.cause import Cause
from triage.domain.emotion import Emotion
from triage.domain.flag import Flag

FOLDER = Path(__file__).parent.parent / "corpus" / "messages"

INDUSTRIES = frozenset(
    {
        "airline",
        "banking",
        "delivery",
        "education",
        "energy",
        "food",
        "gaming",
        "government",
        "health",
        "hotel",
        "housing",
        "infrastructure",
        "insurance",
        "mobility",
        "retail",
        "software",
        "streaming",
        "telecom",
    }
)
CHANNELS = frozenset({"email", "chat", "review", "web", "social"})
KINDS = frozenset({"first", "reply"})
EMOTIONS = tuple(map(str, Emotion))
CAUSES = frozenset(map(str, Cause))
SHOWN_AS_OURS = frozenset({"yes", "no", "cannot_tell"})
CONDUCTS = ("civil", "rude", "abusive")
FLAGS = tuple(map(str, Flag))
REMARKS = frozenset({"sarcasm", "unsure"})
MOST_EMOTIONS = 3
NEAR = 0.5  # Jaccard similarity of runs of five words from which two are near-duplicates
OFTEN = 3  # of one two-word opening in one brief

_EMOTION = re.compile(r"([a-z]+)([12])")


class BadCorpus(ValueError):
    """A message or label does not follow the format; says where and what was expected."""


@dataclass(frozen=True, slots=True)
class Labels:
    """What one reader saw in one message; strengths are 1 hinted, 2 plain."""

    charge: int
    emotions: dict[str, int]
    cause: str
    ours: str
    conduct: str
    remarks: frozenset[str]
    flags: dict[str, str]


@dataclass(frozen=True, slots=True)
class Message:
    """A message of the corpus with the labels of whoever wrote it."""

    id: str
    brief: str
    industry: str
    channel: str
    kind: str
    text: str
    labels: Labels


def read_folder(folder: Path = FOLDER) -> list[Message]:
    """Return every message, brief by brief. Raises BadCorpus."""
    return [message for path in sorted(folder.glob("*.txt")) for message in read_file(path)]


def read_file(path: Path) -> Iterator[Message]:
    """Yield the messages of one brief. Raises BadCorpus with file and line."""
    brief = path.stem
    blocks: list[tuple[int, list[str]]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("@ "):
            blocks.append((number, [line]))
        elif blocks:
            blocks[-1][1].append(line)
        elif line.strip():
            raise BadCorpus(f"{path.name}:{number}: text before the first line of labels")
    for count, (number, lines) in enumerate(blocks, 1):
        try:
            yield _message(f"{brief}/{count:02}", brief, lines)
        except BadCorpus as error:
            raise BadCorpus(f"{path.name}:{number}: {error}") from None


def labels_of(words: Sequence[str], flags: dict[str, str]) -> Labels:
    """Read `charge emotions… cause ours conduct remarks…`. Raises BadCorpus."""
    rest = list(words)
    charge = _one_of(rest, frozenset("01234"), "charge")
    emotions: dict[str, int] = {}
    while rest and (found := _EMOTION.fullmatch(rest[0])) and found[1] in EMOTIONS:
        emotions[found[1]] = int(found[2])
        rest.pop(0)
    if not emotions:
        _one_of(rest, frozenset({"none"}), "emotions (anger2 worry1 …) or none")
    if len(emotions) > MOST_EMOTIONS:
        raise BadCorpus(f"{len(emotions)} emotions; at most {MOST_EMOTIONS}")
    cause = _one_of(rest, CAUSES, "cause")
    ours = _one_of(rest, SHOWN_AS_OURS, "shown as ours")
    conduct = _one_of(rest, frozenset(CONDUCTS), "conduct")
    if unknown := set(rest) - REMARKS:
        raise BadCorpus(f"unknown words {sorted(unknown)}")
    if unknown := set(flags) - set(FLAGS):
        raise BadCorpus(f"unknown flags {sorted(unknown)}")
    return Labels(int(charge), emotions, cause, ours, conduct, frozenset(rest), flags)


def _message(name: str, brief: str, lines: Sequence[str]) -> Message:
    words = lines[0][2:].split()
    industry = _one_of(words, INDUSTRIES, "industry")
    channel = _one_of(words, CHANNELS, "channel")
    kind = _one_of(words, KINDS, "first or reply")
    flags: dict[str, str] = {}
    start = 1
    for start, line in enumerate(lines[1:], 1):  # noqa: B007
        if not line.startswith("! "):
            break
        flag, _, shown = line[2:].partition(": ")
        flags[flag] = shown.strip()
    text = "\n".join(lines[start:]).strip()
    if not text or text.startswith("! "):
        raise BadCorpus("no text")
    for flag, shown in flags.items():
        if not shown or shown not in text:
            raise BadCorpus(f"the words of {flag}, {shown!r}, are not in the text")
    return Message(name, brief, industry, channel, kind, text, labels_of(words, flags))


def _one_of(words: list[str], known: frozenset[str], what: str) -> str:
    if not words or words[0] not in known:
        raise BadCorpus(
            f"{what}: expected one of {', '.join(sorted(known))}, found "
            f"{words[0] if words else 'nothing'!r}"
        )
    return words.pop(0)


def grams(text: str, size: int = 5) -> frozenset[tuple[str, ...]]:
    """Return the runs of `size` words of a text, for finding near-duplicates."""
    words = re.findall(r"\w+", text.lower())
    return frozenset(tuple(words[at : at + size]) for at in range(max(1, len(words) - size + 1)))


def near_duplicates(messages: Sequence[Message]) -> int:
    """Return how many messages are much like an earlier one."""
    known: dict[tuple[str, ...], list[int]] = defaultdict(list)
    runs = [grams(it.text) for it in messages]
    found = 0
    for at, mine in enumerate(runs):
        shared = Counter(other for run in mine for other in known[run])
        found += any(n / len(mine | runs[other]) > NEAR for other, n in shared.items())
        for run in mine:
            known[run].append(at)
    return found


def main(names: Sequence[str]) -> None:
    """Check files and show how their labels spread."""
    for name in names:
        messages = list(read_file(Path(name)))
        lengths = sorted(len(it.text.split()) for it in messages)
        print(
            f"{name}: {len(messages)} messages, words {lengths[0]}–{lengths[-1]}, "
            f"median {lengths[len(lengths) // 2]}"
        )
        print("  charge", sorted(Counter(it.labels.charge for it in messages).items()))
        print("  emotions", Counter(e for it in messages for e in it.labels.emotions).most_common())
        print("  flags", Counter(f for it in messages for f in it.labels.flags).most_common())
        openings = Counter(" ".join(it.text.lower().split()[:2]) for it in messages)
        print("  openings used thrice or more", [(o, n) for o, n in openings.items() if n >= OFTEN])


if __name__ == "__main__":
    main(sys.argv[1:])
