"""Text in, calibrated emotions out: the only door to the model.

Says what the words express, or why they cannot be scored: empty, automatic, or a language that
the model does not read. What follows from it is decided elsewhere.
"""

import ctypes
import sys
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from models import language, mapped
from models.calibration import Floats, emotion_logits, sigmoid
from models.manifest import LEVELS, MODEL, TOKENIZER, Manifest, ModelUnavailable
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


class Network(Protocol):
    """What turns tokens into logits: our own weights, or a checkpoint of somebody else's."""

    def logits(self, input_ids: NDArray[np.int64], pooling: NDArray[np.float32]) -> Floats:
        """Return the logits of one text's segments, (n_segments, n_labels)."""


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
    def load(cls, weights: Path = WEIGHTS) -> Self:
        """Return the verified model of a weights folder, or of a mapping file, ready to answer.

        Raises ModelUnavailable.
        """
        language.load()
        loaded = cls(*(mapped.read(weights) if weights.is_file() else _own(weights)))
        _give_memory_back()
        return loaded

    @property
    def version(self) -> str:
        """The model's name and number, such as "minilm-tickets-2"."""
        return self._manifest.version

    def score(self, text: str, language_hint: str | None = None) -> Scoring:
        """Return what the customer's own words in `text` express; never raises for any text.

        Spans are offsets into `text`. Texts over 8,000 characters, or the manifest's tokens, lose
        their middle. `language_hint` is the helpdesk's locale; it counts where the text says
        little.
        """
        readable = without_lone_surrogates(text)
        own = own_words(readable)
        words = own.of(readable)
        if not any(map(str.isalnum, words)):
            return self._unscored(ScoringState.EMPTY, None, own)
        spoken = language.detect(words, language_hint)
        if is_automatic(readable):
            return self._unscored(ScoringState.AUTOMATIC, spoken, own)
        if spoken is not None and spoken not in language.SUPPORTED:
            return self._unscored(ScoringState.UNSUPPORTED_LANGUAGE, spoken, own)
        return self._scored(readable, own, spoken)

    def _unscored(self, state: ScoringState, spoken: str | None, own: Span) -> Scoring:
        return Scoring(model_version=self.version, state=state, language=spoken, own_words=own)

    def _scored(self, text: str, own: Span, spoken: str | None) -> Scoring:
        tokens = tokens_of(self._tokenizer, text, kept(text, own), self._manifest.max_tokens)
        pooling, seen = pooling_of(tokens, sentences(text, own))
        logits = self._session.logits(tokens.input_ids, pooling)
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

    def _emotions(self, logits: Floats, texts: Sequence[str]) -> list[EmotionScores]:
        """Return the calibrated scores of each text from its logits, (n_texts, n_labels)."""
        asks = np.array([["?" in text] for text in texts])
        plain, asking = (emotion_logits(logits, it) for it in (self._plain, self._asking))
        raw = np.where(asks, asking, plain)
        rows = sigmoid(self._slopes * raw + self._offsets).tolist()
        names = self._manifest.members
        return [MappingProxyType(dict(zip(names, row, strict=True))) for row in rows]

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


def _give_memory_back() -> None:
    """Return to the system what loading freed: 15 MB that glibc would keep."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:  # other C libraries have none
            trim(0)


def _own(folder: Path) -> tuple[Manifest, Session, Tokenizer]:
    manifest = Manifest.load(folder)
    session = Session(folder / MODEL, len(manifest.labels))
    return manifest, session, _tokenizer(folder / TOKENIZER)


def _tokenizer(path: Path) -> Tokenizer:
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises nothing narrower
        raise ModelUnavailable(f"{path} cannot be read as a tokenizer: {error}") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
