"""Write the corpus' datasheet: how it was made, and figures of how wide, hard and agreed it is.

    python -m models.training.datasheet

Needs scikit-learn (group `judge`) for one figure: how well the first words give the charge away.
"""
# mypy: disable-error-code="import-not-found,import-untyped"

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline

from models.training import readers
from models.training.corpus import EMOTIONS, FLAGS, NEAR, near_duplicates
from models.training.measures import Array, agreement
from models.training.readers import Part, Read
from models.training.replies import read_drafts
from models.training.targets import CHARGED

OPENING = 5  # words
SHORT = 45  # words
FREQUENT = 100  # messages that hold an emotion

SHEET = """\
# Datasheet of the corpus

Figures written by `python -m models.training.datasheet`; do not edit.

{count:,} messages to customer support, invented, and labelled by [the guideline](GUIDELINE.md).
**Language models wrote and labelled all of them.** No message is a real person's; names, brands,
numbers and addresses are invented. Nobody was paid or exposed to them. Apache-2.0.

## How it was made

- **Written** by independent instances of a language model from {briefs} different
  [briefs](BRIEFS.md), each message by itself, without templates or scripts, with the labels that
  its writer meant: `messages/*.txt`.
- **Read a second time, blind**: other instances saw text and channel only, shuffled over
  many briefs (of `g14` to `g20` and `q04` to `q11` the text only, brief by brief): `second.tsv`.
- **Settled** by a third where the two differed by two levels of charge or on a flag ({settled}
  messages): `settled.tsv`. Elsewhere the lower charge holds, the higher where a flag stands.
- All labels are kept: where readers differ, the model is taught what lies between.
- Training messages were put again as other people would put them (in another dialect, by non-native
  writers, misspelt), {rewritten:,} times, and keep their labels: `rewritten.tsv`.
- {comments:,} comments of GoEmotions' training split, chosen over the whole range of an earlier
  model's charge and among those that read like complaints or requests, name a feeling or hint at
  a risk, were labelled by the same guideline without sight of their Reddit labels:
  `goemotions.tsv`, ids and labels, no text. {held:,} of them are not trained on.
- {drafts} drafts of agents' replies, rude or not, were written to fit how rude a draft reads;
  {drafts_held} of them, by a writer of their own and read blind a second time, are its test:
  `replies.jsonl`.

## The two readers

Charge: quadratic-weighted kappa {kappa:.3f}, exact {exact:.1%}. Both readers are models of one
family: people would agree less, and an error that both make is not seen here.

{emotions}

{flags}

## How wide

| charge | 0 | 1 | 2 | 3 | 4 |
|---|---|---|---|---|---|
| messages | {charges} |

{short:,} messages have at most {short_words} words; lengths run from {shortest} to {longest} words,
median {median}. Industries: {industries}. Channels: {channels}.

## How hard

- Near-duplicates (runs of five words, Jaccard similarity above {near}): {near_duplicates}.
- The first {opening} words alone predict the charge {told:.1%} of the time (logistic regression,
  whole briefs held out); the most frequent level alone is right {most_frequent:.1%} of the time.

## Parts

Whole briefs, so that no brief is in two of them. A writer can be: one instance wrote o19 to o22, of
which two are calibration and two test, and one wrote q01 to q03, of which the last is calibration
and the others are trained on; figures of flags on the calibration part flatter for that.

{parts}

## What it is not

Not a sample of anybody's tickets: but for the briefs of ordinary inboxes (`o*`), levels 3 and 4 and
every flag are far more frequent than at a desk. English only. Dialects and non-native writing were
written with care by a model, and checked by none of those who speak so.
"""


def alpha(first: Sequence[bool], second: Sequence[bool]) -> float:
    """Return Krippendorff's alpha of two readers on a yes or no, none missing."""
    one, two = np.array(first), np.array(second)
    share = (one.sum() + two.sum()) / (2 * len(one))
    by_chance = 2 * share * (1 - share) * 2 * len(one) / (2 * len(one) - 1)
    return float(1 - (one != two).mean() / by_chance) if by_chance else 1.0


def told_by_opening(read: Sequence[Read]) -> tuple[float, float]:
    """Return how often the first words tell the charge, and how often the most frequent level."""
    texts = [" ".join(it.message.text.split()[:OPENING]) for it in read]
    truth = np.array([it.settled.charge for it in read])
    briefs = [it.message.brief for it in read]
    pipeline = make_pipeline(
        CountVectorizer(ngram_range=(1, 2), tokenizer=str.split, token_pattern=None, min_df=2),
        LogisticRegression(max_iter=2000),
    )
    told: Array = cross_val_predict(pipeline, texts, truth, groups=briefs, cv=GroupKFold(5))
    return float((told == truth).mean()), float(np.bincount(truth).max() / len(truth))


def main() -> None:
    """Write DATASHEET.md beside the corpus."""
    read = readers.read_corpus()
    messages = [it.message for it in read]
    words = sorted(len(it.text.split()) for it in messages)
    told, most_frequent = told_by_opening(read)
    near = near_duplicates(messages)
    first = np.array([it.message.labels.charge for it in read])
    second = np.array([it.second.charge for it in read])
    trained, held = readers.read_comments()
    drafts = read_drafts()
    counted = Counter(it.settled.charge for it in read)
    text = SHEET.format(
        count=len(read),
        briefs=len({it.brief for it in messages}),
        settled=len(readers.read_labels(readers.CORPUS / "settled.tsv")),
        rewritten=sum(map(len, readers.read_rewritten(readers.CORPUS / "rewritten.tsv").values())),
        comments=len(trained) + len(held),
        held=len(held),
        drafts=len(drafts),
        drafts_held=sum(it.part == Part.TEST for it in drafts),
        kappa=agreement(first, second),
        exact=float((first == second).mean()),
        emotions=_emotions(read),
        flags=_flags(read),
        charges=" | ".join(f"{counted[level]:,}" for level in range(5)),
        short=sum(it <= SHORT for it in words),
        short_words=SHORT,
        shortest=words[0],
        longest=words[-1],
        median=words[len(words) // 2],
        industries=_counts(it.industry for it in messages),
        channels=_counts(it.channel for it in messages),
        near=NEAR,
        near_duplicates=f"{near} ({near / len(messages):.2%})",
        opening=OPENING,
        told=told,
        most_frequent=most_frequent,
        parts=_parts(read),
    )
    (readers.CORPUS / "DATASHEET.md").write_text(text, encoding="utf-8")
    print(text)


def _emotions(read: Sequence[Read]) -> str:
    rows = []
    for emotion in EMOTIONS:
        first = [emotion in it.message.labels.emotions for it in read]
        second = [emotion in it.second.emotions for it in read]
        rows.append(f"| {emotion} | {sum(first)} | {sum(second)} | {alpha(first, second):.2f} |")
    return "\n".join(["| emotion | writer | blind reader | alpha |", "|---|---|---|---|", *rows])


def _flags(read: Sequence[Read]) -> str:
    rows = []
    for flag in FLAGS:
        first = [flag in it.message.labels.flags for it in read]
        second = [flag in it.second.flags for it in read]
        held = sum(flag in it.settled.flags for it in read)
        name = flag.replace("_", " ")
        rows.append(
            f"| {name} | {sum(first)} | {sum(second)} | {alpha(first, second):.2f} | {held} |"
        )
    header = ["| flag | writer | blind reader | alpha | settled |", "|---|---|---|---|---|"]
    return "\n".join([*header, *rows])


def _parts(read: Sequence[Read]) -> str:
    rows = ["| part | messages | of level 3 and 4 | briefs |", "|---|---|---|---|"]
    for part in Part:
        mine = [it for it in read if it.part is part]
        charged = sum(it.settled.charge >= CHARGED for it in mine)
        briefs = len({it.message.brief for it in mine})
        rows.append(f"| {part} | {len(mine):,} | {charged} | {briefs} |")
    return "\n".join(rows)


def _counts(values: object) -> str:
    counted = Counter(values)  # type: ignore[call-overload]
    return ", ".join(f"{name} {count}" for name, count in counted.most_common())


if __name__ == "__main__":
    main()
