"""The model card: every table of figures, and plainly what they do not say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from models.manifest import Manifest
from models.training.judge import (
    COVERAGES,
    SHARES,
    Agreement,
    Certainty,
    EmotionFigures,
    FlagFigures,
    Judged,
    Pairs,
    agreement_of,
    flag_figures,
    ordinary,
    plain_raised,
)
from models.training.replies import RudeFigures
from models.training.reports import LabelReport
from models.training.targets import CHARGED

CARD = """\
# {version}

Written by `python -m models.training.evaluate`; do not edit.

Reads one English message and says how charged it is, how probable each of ten ticket emotions is,
and which sentences carry that. Who should answer, and when, the rules in `triage/domain` decide.

| | |
|---|---|
| network | all-MiniLM-L6-v2 (6 layers, 384 wide), mean, one GELU layer, {outputs} sigmoids |
| beside it | a line through runs of one to three tokens, for emotions, levels and flags |
| served as | ONNX, weights and word embeddings in int8, {megabytes:.1f} MB; one text a call |
| length | 8,000 characters and {max_tokens} tokens; longer texts lose their middle |
| trained on | {data}; {run} |
| calibrated on | {calibrated_on} |
| licence | {licence} |

## {part} part of the corpus: {count:,} messages of {briefs} briefs, {charged} of level 3 or 4

Messages and labels were made by language models (see `models/corpus/DATASHEET.md`); no message of
these briefs was trained on. {note}

### Charge

| | kappa (quadratic) with what the readers settled |
|---|---|
| the two readers with each other | {readers:.3f} |
| the model | {model:.3f} |
| as decided, with the flags' floors | {decided:.3f} |

The charge's rank correlation (Spearman) with the readers' level is {ranks:.3f}. Of the decided
levels {exact:.1%} are exact; they lie {distance:.2f} apart on average.

Share of messages of level 3 and 4 found when experienced agents take the most charged part of all:

{recalls}

At most {most:.2f} of them fit into 20 %: the corpus holds more of them than a desk gets.
{ordinary}
- Plain problem reports of charge 0 given level 2 or more: {plain}
- Negative messages for which a positive emotion would be shown: {turned}
{certainty}- Below the charge {reach:.2f} lie {missed} of the messages of level 3 and 4
  (aim: at most 5 %); {cost:.0%} of all messages lie above it, which is the price.
- Deleting the sentence that weighs most lowers the charge more than deleting another one in
  {faithful} of messages of level 2 and more with several sentences.

### Ticket emotions

F1 at the calibration part's best threshold. *AP*: average precision. *ECE*: calibration error.
*Brier*: mean squared error of the probability.
*Shown*: messages over the probability that gave 90 % precision on the calibration part; below it no
emotion word is shown to anybody.

{emotions}

Macro-F1 {macro:.3f}{macro_before}.

### Risk flags

Raised by the model or by the rules of `triage/domain/risk.py`.

{flags}
{fresh}
### The same said otherwise

Pairs of one content: the second in another dialect, by another person, or misspelt.
*Anger told*: of how many calm texts (charge 0 and 1), the first of the pairs and the second.

{pairs}
{rude}{labels}{drift}{seeds}
## Limits

- **Its test is not your helpdesk.** Messages and labels come from language models, by one written
  guideline, and both readers were models too: agreement between them is higher than between people.
- **English only.** Other languages are a state, not a score.
- **The labels of GoEmotions are noisy.** One study found strong errors in 30 % of them.
- **Sentences are evidence, not verdicts.** Their scores are read from the whole message's pass.
- **Not for judging people.** Neither customers over time nor, ever, agents.
"""


@dataclass(frozen=True, slots=True)
class Seed:
    """The main figures of one run by itself; `labels` is macro-F1 on GoEmotions' test."""

    name: str
    decided: float
    found: float
    emotions: float
    labels: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Everything that was measured; `before` is the same network before quantisation."""

    found: Sequence[Judged]
    before: Sequence[Judged] | None
    emotions: Sequence[EmotionFigures]
    emotions_before: Sequence[EmotionFigures]
    recalls: Mapping[str, Sequence[float]]
    ordinary_recalls: Mapping[str, Sequence[float]]
    plain: tuple[int, int]
    turned: tuple[int, int]
    certainty: Certainty | None
    flags: Sequence[FlagFigures]
    faithful: tuple[int, int]
    pairs: Sequence[Pairs]
    agreement: Agreement
    labels: Mapping[str, LabelReport]
    reached: tuple[int, int, float]
    fresh: Sequence[Judged] = ()
    rude: RudeFigures | None = None
    seeds: Sequence[Seed] = ()


def card(manifest: Manifest, figures: Figures, *, part: str, megabytes: float, note: str) -> str:
    """Return the model card in Markdown."""
    found, missed = figures.found, figures.reached
    macro = float(np.mean([it.f1 for it in figures.emotions]))
    return CARD.format(
        version=manifest.version,
        part=part.capitalize(),
        outputs=len(manifest.labels),
        megabytes=megabytes,
        max_tokens=manifest.max_tokens,
        data=manifest.training["data"],
        run=manifest.training["run"],
        calibrated_on=manifest.training["calibrated_on"],
        licence=manifest.licence,
        count=len(found),
        briefs=len({it.read.message.brief for it in found}),
        charged=missed[1],
        note=note,
        readers=figures.agreement.readers,
        model=figures.agreement.model,
        decided=figures.agreement.decided,
        exact=figures.agreement.exact,
        distance=figures.agreement.mean_distance,
        ranks=figures.agreement.ranks,
        most=min(1.0, SHARES[-1] * len(found) / max(1, missed[1])),
        ordinary=_ordinary(ordinary(found), figures.ordinary_recalls),
        recalls=_recalls(figures.recalls),
        plain=_part(*figures.plain),
        turned=_part(*figures.turned),
        certainty=_certainty(figures.certainty),
        reach=manifest.reach,
        missed=_part(*missed[:2]),
        cost=missed[2],
        faithful=_part(*figures.faithful),
        emotions=_table(
            ["emotion", "messages", "F1", "AP", "ECE", "Brier", "shown", "rightly"],
            [_emotion(it) for it in figures.emotions],
        ),
        macro=macro,
        macro_before=_before(figures),
        flags=_flags(figures.flags),
        fresh=_fresh(figures.fresh),
        rude=_rude(figures.rude),
        pairs=_table(
            ["", "pairs", "mean shift of the charge", "other level", "anger told"],
            [_pair(it) for it in figures.pairs],
        ),
        labels=_labels(figures.labels),
        drift=_drift(figures),
        seeds=_seeds(figures.seeds),
    )


def _recalls(recalls: Mapping[str, Sequence[float]]) -> str:
    return _table(
        ["", *(f"{share:.0%}" for share in SHARES)],
        [[name, *(f"{it:.2f}" for it in each)] for name, each in recalls.items()],
    )


def _ordinary(found: Sequence[Judged], recalls: Mapping[str, Sequence[float]]) -> str:
    if not found:
        return ""
    told = agreement_of(found)
    charged = sum(it.truth >= CHARGED for it in found)
    return (
        f"\nOf these, {len(found)} come from briefs of ordinary inboxes, {charged} of them of "
        f"level 3 and 4: kappa {told.model:.3f}, as decided {told.decided:.3f}, rank correlation "
        f"{told.ranks:.3f}. Found of the charged ones:\n\n{_recalls(recalls)}\n"
    )


def _pair(it: Pairs) -> list[str]:
    shift, flips = f"{it.mean_shift:+.3f}", f"{it.flips:.0%}"
    return [it.kind, str(it.count), shift, flips, f"{it.angry[0]}, {it.angry[1]}"]


def _emotion(it: EmotionFigures) -> list[str]:
    return [
        it.emotion,
        str(it.positives),
        f"{it.f1:.3f}",
        f"{it.average_precision:.3f}",
        f"{it.calibration_error:.3f}",
        f"{it.brier:.3f}",
        str(it.shown),
        f"{it.right:.0%}" if it.shown else "",
    ]


def _flags(figures: Sequence[FlagFigures]) -> str:
    header = ["flag", "messages", "recall", "precision", "recall of the rules alone"]
    return _table(header, [_flag(it) for it in figures])


def _fresh(found: Sequence[Judged]) -> str:
    if not found:
        return ""
    told = agreement_of(found)
    return (
        f"\nOf these messages, {len(found)} come from briefs on which no earlier model was judged, "
        f"by writers of their own. Of them alone: kappa {told.model:.3f}, as decided "
        f"{told.decided:.3f}; plain problem reports given level 2 or more "
        f"{_part(*plain_raised(found))}; and\n\n{_flags(flag_figures(found))}\n"
    )


def _rude(it: RudeFigures | None) -> str:
    if it is None:
        return ""
    return (
        "\n### Drafts of replies that read rude\n\n"
        f"Of {it.drafts} drafts on which their writer and a blind reader agree "
        f"({it.agreed:.0%} of all), {it.rude} rude: recall {it.recall:.2f}, precision "
        f"{it.precision:.2f}, area under the curve {it.area:.2f}. The rules of "
        "`triage/domain/reply.py` come beside it.\n"
    )


def _flag(it: FlagFigures) -> list[str]:
    name = it.flag.replace("_", " ")
    return [
        name,
        str(it.positives),
        f"{it.recall:.2f}",
        f"{it.precision:.2f}",
        f"{it.ruled:.2f}",
    ]


def _before(figures: Figures) -> str:
    if not figures.emotions_before:
        return ""
    return f" ({float(np.mean([it.f1 for it in figures.emotions_before])):.3f} before quantisation)"


def _drift(figures: Figures) -> str:
    if not figures.before:
        return ""
    pairs = list(zip(figures.found, figures.before, strict=True))
    same = float(np.mean([now.level == then.level for now, then in pairs]))
    return (
        f"\nThe int8 file and the network before quantisation give {same:.1%} of messages the same"
        " level.\n"
    )


def _certainty(it: Certainty | None) -> str:
    if it is None:
        return ""
    risks = ", ".join(
        f"{risk:.1%} of the surest {share:.0%}"
        for share, risk in zip(COVERAGES, it.risks, strict=True)
    )
    return (
        f'- The chance of "level 2 or more": calibration error {it.calibration_error:.3f}, Brier '
        f"score {it.brier:.3f}; it is on the wrong side of a half in {risks}.\n"
    )


def _seeds(seeds: Sequence[Seed]) -> str:
    if not seeds:
        return ""
    columns = [[getattr(it, name) for it in seeds] for name in ("decided", "found", "emotions")]
    rows = [
        [it.name, *(f"{value:.3f}" for value in (it.decided, it.found, it.emotions)), _three(it)]
        for it in seeds
    ]
    spread = [f"{np.mean(it):.3f} ± {np.std(it):.3f}" for it in columns]
    header = ["", "kappa as decided", "found in 20 %", "macro-F1, emotions", "GoEmotions"]
    return (
        "\n## Each run by itself\n\nOne of them ships; the others differ by their seed only.\n\n"
        f"{_table(header, [*rows, ['mean and spread', *spread, '']])}\n"
    )


def _three(seed: Seed) -> str:
    return "" if seed.labels is None else f"{seed.labels:.3f}"


def _labels(labels: Mapping[str, LabelReport]) -> str:
    if not labels:
        return ""
    rows = [
        [name, f"{it.macro_tuned:.3f}", f"{it.macro_half:.3f}", f"{it.micro_tuned:.3f}"]
        for name, it in labels.items()
    ]
    header = ["", "macro-F1", "macro-F1 at 0.5", "micro-F1"]
    return (
        "\n## GoEmotions test split, 28 labels\n\nThresholds from its dev split.\n\n"
        f"{_table(header, rows)}\n"
    )


def _part(some: int, whole: int) -> str:
    return f"{some} of {whole} ({some / max(1, whole):.1%})"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
