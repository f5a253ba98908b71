"""The classifier beside what else could score a ticket: `python -m benchmarks.classifier`.

Tickets a second on two threads, the same made-up tickets for each, in interleaved rounds; medians.
Peers need the extra `torch`. The network before quantisation and the Hugging Face pipeline of
RoBERTa-base's size are built from random weights, since only speed is asked. The
machine's peak is measured in the same run. The numbers are this machine's as it is now: compare
the columns, not two days.
"""
# ruff: noqa: PLC0415  # peers are imported only where they run

from __future__ import annotations

import atexit
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer
from tokenizers import Tokenizer

from models.classifier import WEIGHTS, Classifier
from models.manifest import TOKENIZER
from models.session import Session
from models.tokens import pooling_of, tokens_of
from triage.domain.emotion import Span

THREADS = 2
LABELS = 28
MAX_TOKENS = 256
OURS = "triage, int8"
PEERS = bool(find_spec("torch") and find_spec("transformers"))
INNER = 1024  # inner units of a layer, as shipped
PRODUCTS = 6 * (4 * 384**2 + 2 * 384 * INNER)  # weights of the int8 products, one use a token each
PIPELINE = "HF pipeline, roberta-base size"
SHARE = {PIPELINE: 0.1}  # of the tickets, for who is slow
MEAN_SENTENCES = 6.2  # gives 95 tokens a ticket, measured
SPREAD = 0.6  # of the logarithm: many short tickets, a few of 250 tokens
SENTENCES = [
    "I ordered a replacement part on the third of May and it still has not arrived.",
    "Your tracking page has shown the same depot for nine days now.",
    "This is the second time this month that your app logs me out in the middle of a payment.",
    "I am really disappointed, because I recommended your company to all my colleagues.",
    "The invoice for March lists twelve seats, although we cancelled four of them in January.",
    "Nobody called me back, although I was promised a call by Tuesday.",
    "The export ends with error 403 when I choose more than one thousand rows.",
    "I am worried that somebody else has access to my account.",
    "My father passed away last week and I need to close his contract.",
    "Thank you for the quick answer last time, that was very helpful.",
    "I want my money back.",
    "How do I change the delivery address for an order that is already paid?",
    "Honestly, I am fed up with this.",
    "Everything else is fine, I just wanted to let you know.",
]

Scorer = Callable[[list[str]], Any]


def tickets(count: int, seed: int = 1) -> list[str]:
    """Return made-up tickets of real lengths, the same for the same seed."""
    chance = random.Random(seed)
    lengths = [
        MEAN_SENTENCES * chance.lognormvariate(-(SPREAD**2) / 2, SPREAD) for _ in range(count)
    ]
    bodies = [" ".join(chance.choices(SENTENCES, k=max(1, round(it)))) for it in lengths]
    return [f"Hello,\n\n{body}\n\nKind regards,\nAnn Hill" for body in bodies]


def triage() -> Scorer:
    """Everything that the service does for a text, cleaning and evidence included."""
    return _on_threads(Classifier.load().score)


def onnx_fp32(path: Path) -> Scorer:
    """The same network before quantisation: tokens in, logits out, nothing else."""
    session, tokenizer = Session(path, LABELS), _tokenizer()

    def score(text: str) -> Any:
        tokens = tokens_of(tokenizer, text, [Span(0, len(text))], MAX_TOKENS)
        return session.logits(tokens.input_ids, pooling_of(tokens, [])[0])

    return _on_threads(score)


def torch_fp32(network: Any) -> Scorer:
    """The same network in torch, one text after the other, two threads on each."""
    import torch

    from models.training.network import whole_text

    torch.set_num_threads(THREADS)
    tokenizer = _tokenizer()

    @torch.inference_mode()
    def score(text: str) -> Any:
        ids = torch.tensor([tokenizer.encode(text).ids])
        mask = torch.ones_like(ids)
        return network(ids, mask, whole_text(mask))

    return lambda texts: [score(text) for text in texts]


def pipeline(batch: int = 1) -> Scorer:
    """What a tutorial would do: transformers' pipeline, with a model of RoBERTa-base's size."""
    import torch
    import transformers

    torch.set_num_threads(THREADS)
    config = transformers.RobertaConfig(
        vocab_size=50_265, max_position_embeddings=514, type_vocab_size=1, num_labels=LABELS
    )
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=_tokenizer(), pad_token="[PAD]", model_max_length=MAX_TOKENS
    )
    model = transformers.RobertaForSequenceClassification(config).eval()
    score = transformers.pipeline(
        "text-classification", model=model, tokenizer=tokenizer, top_k=None
    )
    if batch > 1:
        return lambda texts: score(texts, truncation=True, batch_size=batch)
    return lambda texts: [score(text, truncation=True) for text in texts]


def scorers() -> dict[str, Scorer]:
    """Return the classifier and every peer that can run here."""
    found = {OURS: triage()}
    if PEERS:
        from models.training.base import base_folder
        from models.training.network import EmotionNetwork

        network = EmotionNetwork(base_folder(), LABELS, pretrained=False, inner=INNER).eval()
        found["ONNX fp32, same network"] = onnx_fp32(_exported(network))
        found["torch fp32, same network"] = torch_fp32(network)
        found[PIPELINE] = pipeline()
    return found


def _exported(network: Any) -> Path:
    """Return the network as an fp32 ONNX file, in a process's own temporary folder."""
    from models.training.served import Served

    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    path = Path(folder.name) / "fp32.onnx"
    Served(network.state_dict(), int8=False).write(path)
    return path


def share_of_peak(rate: float, tokens: float) -> float:
    """Return what part of the machine's best the int8 products of `rate` tickets a second are."""
    from benchmarks.peak import int8_peak

    return rate * 2 * tokens * PRODUCTS / int8_peak()


def each_alone(score: Callable[[str], Any], texts: list[str]) -> list[float]:
    """Return the milliseconds of each ticket, one after the other on one thread, sorted."""
    took = []
    for text in texts:
        began = time.perf_counter()
        score(text)
        took.append(1000 * (time.perf_counter() - began))
    return sorted(took)


def cold_start() -> float:
    """Return the seconds of a process that loads the classifier, scores a ticket and ends."""
    began = time.perf_counter()
    code = "from models.classifier import Classifier; Classifier.load().score('Where is it?')"
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - began


def measure(found: dict[str, Scorer], texts: list[str], rounds: int) -> dict[str, list[float]]:
    """Return tickets a second of each, one number a round, after a few to warm up."""
    rates: dict[str, list[float]] = {name: [] for name in found}
    for scorer in found.values():
        scorer(texts[:5])
    for _ in range(rounds):
        for name, scorer in found.items():
            some = texts[: max(10, int(len(texts) * SHARE.get(name, 1)))]
            start = time.perf_counter()
            scorer(some)
            rates[name].append(len(some) / (time.perf_counter() - start))
    return rates


def memory() -> float:
    """Return the MB of a process with just the classifier, after 100 tickets on two threads."""
    code = (
        "from benchmarks.classifier import *; triage()(tickets(100)); import psutil;"
        "print(psutil.Process().memory_info().rss / 1e6)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    return float(run.stdout)


def _on_threads(score: Callable[[str], Any]) -> Scorer:
    def run(texts: list[str]) -> Any:
        with ThreadPoolExecutor(THREADS) as threads:
            return list(threads.map(score, texts))

    return run


def _tokenizer() -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(WEIGHTS / TOKENIZER))
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer


def main(
    count: Annotated[int, typer.Option(help="tickets a round")] = 300,
    rounds: int = 5,
    out: Annotated[Path | None, typer.Option("--json", help="write the figures here")] = None,
) -> None:
    """Measure, print a table and the ratios."""
    texts = tickets(count)
    tokens = statistics.mean(len(it.ids) for it in _tokenizer().encode_batch(texts))
    rates = measure(scorers(), texts, rounds)
    medians = {name: statistics.median(it) for name, it in rates.items()}
    alone = each_alone(Classifier.load().score, texts)
    figures = {
        "tickets_per_second": medians,
        "rounds": rates,
        "tokens": tokens,
        "share_of_peak": share_of_peak(medians[OURS], tokens) if PEERS else None,
        "alone_ms": {"p50": alone[len(alone) // 2], "p99": alone[int(0.99 * len(alone))]},
        "cold_start_s": statistics.median(cold_start() for _ in range(3)),
        "rss_mb": memory(),
    }
    print(f"{count} tickets, {tokens:.0f} tokens on average, {THREADS} threads, {rounds} rounds")
    print(f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}")
    for name, rate in medians.items():
        ratio = medians[OURS] / rate
        print(f"{name:32} {rate:8.1f} tickets/s   triage is {ratio:5.1f} times that")
    if PEERS:
        print(f"share of the machine's int8 peak: {figures['share_of_peak']:.0%}")
    print(
        f"one ticket at a time: p50 {figures['alone_ms']['p50']:.1f}, "
        f"p99 {figures['alone_ms']['p99']:.1f} ms; "
        f"a process that scores one ticket takes {figures['cold_start_s']:.1f} s; "
        f"process with just the classifier: {figures['rss_mb']:.0f} MB"
    )
    if out:
        out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
