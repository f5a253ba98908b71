"""Text in, calibrated emotions out: the only door to the model.

Says what the words express, or why they cannot be scored: empty, automatic, or a language that
the model does not read. What follows from it is decided elsewhere.
"""

import ctypes
import sys
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Self

import numpy as np
from tokenizers import Tokenizer

from models import installation, language, mapped
from models.calibration import Floats, Outputs, emotion_logits, sigmoid
from models.manifest import LEVELS, MODEL, TOKENIZER, Manifest, ModelUnavailable
from models.ngrams import Network, with_ngrams
from models.session import Session
from models.text import is_automatic, kept, own_words, sentences, without_lone_surrogates
from models.tokens import pooling_of, tokens_of
from triage.domain.emotion import (
    EmotionScores,
    Scoring,
    ScoringState,
    SeenFlag,
    SentenceScores,
    Span,
)

WEIGHTS = Path(__file__).parent / "weights"


class Classifier:
    """One loaded model. `score` may be called by many threads at once."""

    def __init__(self, manifest: Manifest, session: Network, tokenizer: Tokenizer) -> None:
        self._manifest = manifest
        self._session = session
        self._tokenizer = tokenizer
        self._plain = manifest.membership(is_question=False)
        self._asking = manifest.membership(is_question=True)
        platts = [manifest.calibration[emotion] for emotion in manifest.members]
        self._slopes = np.array([it.slope for it in platts])
        self._offsets = np.array([it.offset for it in platts])
        self._flags = [(it, manifest.labels.index(o.label)) for it, o in manifest.flags.items()]
        self._levels = [manifest.labels.index(it) for it in manifest.charge_labels]

    @classmethod
    def load(cls, weights: Path = WEIGHTS, *, calibration: Path | None = None) -> Self:
        """Return the verified model of a weights folder, or of a mapping file, ready to answer.

        `calibration` is where this installation's own lies, if there is one. Raises
        ModelUnavailable, BadCalibration where that file cannot be used.
        """
        language.load()
        manifest, network, tokenizer = mapped.read(weights) if weights.is_file() else _own(weights)
        loaded = cls(installation.applied(calibration, manifest), network, tokenizer)
        _give_memory_back()
        return loaded

    @property
    def manifest(self) -> Manifest:
        """The numbers that it reads by, this installation's calibration among them."""
        return self._manifest

    @property
    def version(self) -> str:
        """The model's name and number, such as "minilm-tickets-2"; "+c1a2b3c4" behind it names this
        installation's calibration.
        """
        return self._manifest.version

    @property
    def at_once(self) -> int:
        """How many calls at a time make it fastest: one a core, or what fills a batch."""
        return self._session.at_once

    def score(self, text: str, language_hint: str | None = None) -> Scoring:
        """Return what the customer's own words in `text` express; never raises for any text.

        Spans are offsets into `text`. Texts over 8,000 characters, or the manifest's tokens, lose
        their middle. `language_hint` is the helpdesk's locale; it counts where the text says
        little.
        """
        readable = without_lone_surrogates(text)
        own = own_words(readable)
        state, spoken = _state(readable, own, language_hint)
        if state is not ScoringState.SCORED:
            return Scoring(model_version=self.version, state=state, language=spoken, own_words=own)
        return self._scored(readable, own, spoken)

    def outputs(self, text: str, language_hint: str | None = None) -> Outputs | None:
        """Return what calibration starts from, None where the text cannot be scored."""
        readable = without_lone_surrogates(text)
        own = own_words(readable)
        if _state(readable, own, language_hint)[0] is not ScoringState.SCORED:
            return None
        logits, seen = self._logits(readable, own)
        flags = logits[:, [column for _, column in self._flags]]
        return Outputs(
            emotions=self._raw(logits[:1], [own.of(readable)])[0],
            levels=logits[0, self._levels],
            flags=flags.max(axis=0) if seen else np.full(len(self._flags), -np.inf),
        )

    def reads_rude(self, text: str) -> Span | None:
        """Return the sentence of a text that reads most rude, None where none does, or where the
        model does not read it.
        """
        if (rude := self._manifest.rude) is None or not any(map(str.isalnum, text)):
            return None
        readable = without_lone_surrogates(text)
        whole = Span(0, len(readable))
        logits, seen = self._logits(readable, whole)
        if not seen or rude(logits) < rude.threshold:
            return None
        return seen[rude.worst(logits)]

    def _scored(self, text: str, own: Span, spoken: str | None) -> Scoring:
        logits, seen = self._logits(text, own)
        whole, *each = self._emotions(logits, [it.of(text) for it in (own, *seen)])
        charge, *charges = self._charges(logits)
        _, *falls = self._falls(logits)
        return Scoring(
            model_version=self.version,
            state=ScoringState.SCORED,
            language=spoken,
            own_words=own,
            emotions=whole,
            sentences=tuple(map(SentenceScores, seen, each, charges, falls)),
            charge=charge,
            flags=self._seen(logits, seen),
            shown=frozenset(
                it for it, least in self._manifest.shown.items() if whole.get(it, 0.0) >= least
            ),
        )

    def _logits(self, text: str, own: Span) -> tuple[Floats, Sequence[Span]]:
        """Return the logits of the text and its sentences, (1 + n_sentences, n_labels)."""
        tokens = tokens_of(self._tokenizer, text, kept(text, own), self._manifest.max_tokens)
        pooling, seen = pooling_of(tokens, sentences(text, own))
        return self._session.logits(tokens.input_ids, pooling), seen

    def _emotions(self, logits: Floats, texts: Sequence[str]) -> list[EmotionScores]:
        """Return the calibrated scores of each text from its logits, (n_texts, n_labels)."""
        rows = sigmoid(self._slopes * self._raw(logits, texts) + self._offsets).tolist()
        names = self._manifest.members
        return [MappingProxyType(dict(zip(names, row, strict=True))) for row in rows]

    def _raw(self, logits: Floats, texts: Sequence[str]) -> Floats:
        """Return the uncalibrated logits of each text's emotions, (n_texts, n_emotions)."""
        asks = np.array([["?" in text] for text in texts])
        plain, asking = (emotion_logits(logits, it) for it in (self._plain, self._asking))
        return np.where(asks, asking, plain)

    def _seen(self, logits: Floats, sentences: Sequence[Span]) -> tuple[SeenFlag, ...]:
        """Return the risks that text or sentence shows, each with the sentence that does most."""
        found = []
        for flag, column in self._flags:
            least = self._manifest.flags[flag].threshold
            if sentences and sigmoid(logits[:, column].max()) >= least:
                most = int(np.argmax(logits[1:, column]))
                found.append(SeenFlag(flag, sentences[most]))
        return tuple(found)

    def _charges(self, logits: Floats) -> list[float] | list[None]:
        """Return the charge of each text from its logits, None where the model does not read it."""
        if self._manifest.scale is None:
            return [None] * len(logits)
        return [round(float(it), 4) for it in self._manifest.scale(logits[:, self._levels])]

    def _falls(self, logits: Floats) -> list[float] | list[None]:
        """Return by what part of the levels charge falls without each text, None if not said."""
        if self._manifest.fall_label is None:
            return [None] * len(logits)
        fall = self._manifest.labels.index(self._manifest.fall_label)
        return [round(float(it) / LEVELS, 4) for it in logits[:, fall]]


def _state(text: str, own: Span, hint: str | None) -> tuple[ScoringState, str | None]:
    """Return whether a text can be scored, and the language where it says enough to tell."""
    words = own.of(text)
    if not any(map(str.isalnum, words)):
        return ScoringState.EMPTY, None
    spoken = language.detect(words, hint)
    if is_automatic(text):
        return ScoringState.AUTOMATIC, spoken
    if spoken is not None and spoken not in language.SUPPORTED:
        return ScoringState.UNSUPPORTED_LANGUAGE, spoken
    return ScoringState.SCORED, spoken


def _give_memory_back() -> None:
    """Return to the system what loading freed: 15 MB that glibc would keep."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:  # other C libraries have none
            trim(0)


def _own(folder: Path) -> tuple[Manifest, Network, Tokenizer]:
    manifest = Manifest.load(folder)
    session = Session(folder / MODEL, len(manifest.labels))
    network = with_ngrams(session, folder, manifest.labels, manifest.shares)
    return manifest, network, _tokenizer(folder / TOKENIZER)


def _tokenizer(path: Path) -> Tokenizer:
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises nothing narrower
        raise ModelUnavailable(f"{path} cannot be read as a tokenizer: {error}") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
