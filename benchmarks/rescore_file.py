"""`triage rescore FILE` beside the classifier alone and beside what people write with transformers.

`python -m benchmarks.rescore_file` scores the same file's texts in interleaved rounds, medians.
What every run costs whatever its size (starting, loading, drawing the report) is measured by runs
of ten tickets and taken off, and stated. Peers need the extra `torch`: `.venv-training/bin/python`.
For the promise's own size, `--count 100000 --rounds 1`: ten minutes a course on two idle cores.
"""

from __future__ import annotations

import csv
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from tokenizers import Tokenizer

from benchmarks.classifier import PEERS, pipeline
from benchmarks.table import Report, Target, median, show
from models.classifier import WEIGHTS, Classifier
from models.manifest import TOKENIZER
from models.training.corpus import read_folder

MEAN = 95  # tokens
WORKERS = len(os.sched_getaffinity(0))
FEW = 10  # tickets: a run that is nothing but its beginning and its end
REPEATED = 0.2  # of the texts, where duplicates are measured
THREAD = 10  # rows of a ticket, where memory is measured
TEXTS = 200  # different ones there, so that it ends in minutes
PEER_TEXTS = {1: 40, 32: 128}  # by the batch
AT_LEAST, TIMES_ONE, TIMES_32 = 0.9, 25, 5
CORE_PRICE = 0.045  # $ an hour: a general cloud machine's list price in 2026, by its cores


@dataclass(frozen=True, slots=True)
class Run:
    """One run: by the clock, of CPU, and the most memory that it had."""

    seconds: float
    cpu: float
    megabytes: float


def texts_of(count: int, seed: int = 1) -> list[str]:
    """Return texts of the corpus, all different, of its spread of lengths: 95 tokens on average.

    The corpus' messages are shorter, so some are followed by another one.
    """
    chance, tokenizer = random.Random(seed), Tokenizer.from_file(str(WEIGHTS / TOKENIZER))
    corpus = [it.text for it in read_folder()]
    mean = statistics.mean(len(it.ids) for it in tokenizer.encode_batch(corpus[::10]))
    more = (MEAN - 1) / mean - 1
    return [_text(corpus, number, more, chance) for number in range(count)]


def _text(corpus: list[str], number: int, more: float, chance: random.Random) -> str:
    parts = [chance.choice(corpus)]
    parts += [chance.choice(corpus) for _ in range(int(more) + (chance.random() < more % 1))]
    return "\n\n".join([*parts, f"Reference {number}"])


def write(path: Path, texts: Iterable[tuple[int, str]]) -> Path:
    """Write a file of tickets and texts."""
    with path.open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file)
        lines.writerow(["ticket_id", "text"])
        lines.writerows(texts)
    return path


def rescore(path: Path) -> Run:
    """Run the command on a file."""
    out = path.with_suffix(".parquet")
    command = [sys.executable, "-m", "triage.cli", "rescore", str(path), "-o", str(out)]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"{command} ended with {process.returncode}"
    seconds = time.perf_counter() - began
    return Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def raw(path: Path) -> Run:
    """Run the classifier alone on a file's texts, in a process of its own, loading left out."""
    command = [sys.executable, "-m", "benchmarks.rescore_file", "--raw", str(path)]
    said = subprocess.run(command, check=True, capture_output=True).stdout
    return Run(*json.loads(said), megabytes=0.0)


def score_raw(path: Path) -> tuple[float, float]:
    with path.open(newline="", encoding="utf-8") as file:
        texts = [it["text"] for it in csv.DictReader(file)]
    model = Classifier.load()
    with ThreadPoolExecutor(WORKERS) as threads:
        list(threads.map(model.score, texts[:20]))
        began, used = time.perf_counter(), time.process_time()
        list(threads.map(model.score, texts))
        return time.perf_counter() - began, time.process_time() - used


def measure(folder: Path, texts: list[str], rounds: int) -> dict[str, list[float]]:
    """Return the rates of each course, tickets a second, one a round; `fixed` in seconds, and
    `cpu` as that of the file's run by that of the classifier alone.
    """
    chance = random.Random(2)
    repeated = [chance.choice(texts) if chance.random() < REPEATED else it for it in texts]
    plain = write(folder / "plain.csv", enumerate(texts))
    dups = write(folder / "duplicates.csv", enumerate(repeated))
    few = write(folder / "few.csv", enumerate(texts[:FEW]))
    found: dict[str, list[float]] = defaultdict(list)
    for _ in range(rounds):
        fixed, alone = rescore(few), raw(plain)
        found["fixed"].append(fixed.seconds)
        found["raw"].append(len(texts) / alone.seconds)
        for name, path in (("file", plain), ("duplicates", dups)):
            run = rescore(path)
            found[name].append((len(texts) - FEW) / (run.seconds - fixed.seconds))
            if name == "file":
                each = (run.cpu - fixed.cpu) / (len(texts) - FEW)
                found["cpu"].append(each / (alone.cpu / len(texts)))
    return dict(found)


def memory(folder: Path, texts: list[str], sizes: list[int]) -> dict[int, Run]:
    """Return a run for each number of rows, threads of ten, of a few texts."""
    some = [it[:400] for it in texts[:TEXTS]]
    found = {}
    for rows in sizes:
        lines = ((n % (rows // THREAD), some[n % len(some)]) for n in range(rows))
        found[rows] = rescore(write(folder / f"rows{rows}.csv", lines))
    return found


def peers(texts: list[str], rounds: int) -> dict[int, float]:
    """Return tickets a second of the Hugging Face pipeline, by its batch."""
    found = {}
    for batch, count in PEER_TEXTS.items():
        score, some, rates = pipeline(batch), texts[:count], []
        score(some[:2])
        for _ in range(rounds):
            began = time.perf_counter()
            score(some)
            rates.append(len(some) / (time.perf_counter() - began))
        found[batch] = median(rates)
    return found


def report(
    found: dict[str, list[float]],
    runs: dict[int, Run],
    other: dict[int, float],
    settings: dict[str, Any],
) -> Report:
    rates = {name: median(values) for name, values in found.items()}
    ratio = median([a / b for a, b in zip(found["file"], found["raw"], strict=True)])
    gain = median([a / b for a, b in zip(found["duplicates"], found["file"], strict=True)])
    most = [it.megabytes for it in runs.values()]
    rows: list[list[str | float]] = [
        ["the classifier alone", rates["raw"], 1.0],
        ["triage rescore FILE", rates["file"], ratio],
        [
            "the same, 20 % of the texts repeated",
            rates["duplicates"],
            rates["duplicates"] / rates["raw"],
        ],
        *(
            [f"transformers' pipeline, roberta-base size, batch {it}", rate, rate / rates["raw"]]
            for it, rate in other.items()
        ),
    ]
    limits = {1: TIMES_ONE, 32: TIMES_32}
    return Report(
        name="rescore-file",
        title="A backlog from a file: tickets a second",
        columns=("", "tickets/s", "of the classifier alone"),
        rows=rows,
        targets=[
            Target("of the classifier alone", ratio, AT_LEAST, "", at_least=True),
            Target("gain at 20 % duplicates", gain, 1.0, "times", at_least=True),
            Target("most memory, of that of the fewest rows", max(most) / most[0], 1.1, "times"),
            *(
                Target(
                    f"the pipeline, batch {it}",
                    rates["file"] / rate,
                    limits[it],
                    "times",
                    at_least=True,
                )
                for it, rate in other.items()
            ),
        ],
        notes=[
            f"a ticket takes {median(found['cpu']):.2f} times the CPU of the classifier alone",
            _million(rates["file"]),
            f"every run takes {rates['fixed']:.1f} s besides, whatever its size: taken off",
            *(
                f"{n:,} rows: {it.megabytes:.0f} MB at most, {it.seconds:.0f} s"
                for n, it in runs.items()
            ),
            f"memory: threads of {THREAD} rows, {TEXTS} different texts, or it would take hours",
            *([] if other else ["no peers: torch and transformers are not installed"]),
        ],
        settings=settings,
        details={"rounds": found, "pipeline": other},
    )


def _million(rate: float) -> str:
    """Say what a million tickets take and cost at so many a second."""
    hours = 1e6 / rate / 3600
    price = hours * WORKERS * CORE_PRICE
    return (
        f"a million: {hours:.1f} h on {WORKERS} cores, on paper {price:.2f} $"
        f" at {CORE_PRICE} $ a core and hour"
    )


def main(
    count: Annotated[int, typer.Option(help="tickets, each with a text of its own")] = 2000,
    rounds: int = 3,
    rows: Annotated[str, typer.Option(help="of the files for memory")] = "10000,100000,1000000",
    quick: Annotated[bool, typer.Option(help="small files, to see that it runs")] = False,  # noqa: FBT002
    raw_only: Annotated[Path | None, typer.Option("--raw", hidden=True)] = None,
    out: Annotated[Path | None, typer.Option("--json", help="write the figures here")] = None,
) -> None:
    """Measure and print a table."""
    if raw_only:
        print(json.dumps(score_raw(raw_only)))
        return
    if quick:
        count, rounds, rows = 60, 1, "100,1000"
    texts = texts_of(count)
    tokenizer = Tokenizer.from_file(str(WEIGHTS / TOKENIZER))
    tokens = [len(it.ids) for it in tokenizer.encode_batch(texts[:2000])]
    settings = {
        "tickets": count,
        "rounds": rounds,
        "workers": WORKERS,
        "mean_tokens": round(statistics.mean(tokens), 1),
        "p95_tokens": sorted(tokens)[int(0.95 * len(tokens))],
    }
    print(json.dumps(settings))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = measure(folder, texts, rounds)
        runs = memory(folder, texts, [int(it) for it in rows.split(",")])
    other = peers(texts, 1 if quick else rounds) if PEERS else {}
    show(report(found, runs, other, settings), out)


if __name__ == "__main__":
    typer.run(main)
