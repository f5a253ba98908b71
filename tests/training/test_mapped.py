"""A checkpoint of somebody else's answers by a mapping file; what is wrong with one is said."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch
import transformers

from models.classifier import Classifier
from models.manifest import ModelUnavailable
from triage.domain.emotion import Emotion, ScoringState

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "i", "am", "furious", "thanks", "hello", ".", "!"]
LABELS = ["rage", "thankful", "nothing"]


@pytest.fixture(
    scope="module", params=["multi_label_classification", "single_label_classification"]
)
def checkpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small BERT that calls a text with "furious" rage, and one with "thanks" thankful."""
    folder = tmp_path_factory.mktemp("checkpoint")
    (folder / "vocab.txt").write_text("\n".join(WORDS), encoding="utf-8")
    transformers.BertTokenizerFast(vocab=str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(1)
    network = transformers.BertForSequenceClassification(
        transformers.BertConfig(
            vocab_size=len(WORDS),
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=16,
            hidden_dropout_prob=0.0,
            num_labels=len(LABELS),
            id2label=dict(enumerate(LABELS)),
            problem_type=request.param,
        )
    )
    learn(network, transformers.AutoTokenizer.from_pretrained(folder))
    network.save_pretrained(folder)
    return folder


def learn(network, tokenizer) -> None:
    texts = ["i am furious", "thanks", "hello", "hello i am .", "thanks !", "furious !", "i . am"]
    meant = torch.tensor([0, 1, 2, 2, 1, 0, 2])
    batch = tokenizer(texts, return_tensors="pt", padding=True)
    labels = torch.nn.functional.one_hot(meant, 3).float()
    loss_of = torch.nn.BCEWithLogitsLoss()  # also where labels exclude each other: it learns either
    optimizer = torch.optim.Adam(network.parameters(), lr=0.005)
    for _ in range(150):
        optimizer.zero_grad()
        loss_of(network(**batch).logits, labels).backward()
        optimizer.step()


def mapping(folder: Path, checkpoint: Path | str, emotions: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(
        f"version: mine-1\ncheckpoint: {checkpoint}\nemotions: {emotions}\nshown: {{anger: 0.8}}\n",
        encoding="utf-8",
    )
    return path


def test_a_mapped_checkpoint_reads_the_emotions_that_its_labels_mean(checkpoint, tmp_path):
    model = Classifier.load(mapping(tmp_path, checkpoint, "{anger: [rage], gratitude: [thankful]}"))
    angry, thankful = (model.score(it, "en") for it in ("I am furious!", "Thanks!"))
    assert model.version == "mine-1"
    assert angry.emotions[Emotion.ANGER] > 0.8
    assert angry.emotions[Emotion.GRATITUDE] < 0.2
    assert thankful.emotions[Emotion.GRATITUDE] > 0.8
    assert thankful.emotions[Emotion.ANGER] < 0.2
    assert angry.shown == {Emotion.ANGER}


def test_each_sentence_is_read_by_itself(checkpoint, tmp_path):
    model = Classifier.load(mapping(tmp_path, checkpoint, "{anger: [rage]}"))
    scoring = model.score("Hello hello hello. I am furious!", "en")
    assert scoring.state is ScoringState.SCORED
    calm, angry = (it.emotions[Emotion.ANGER] for it in scoring.sentences)
    assert calm < 0.5 < angry


def test_many_threads_get_what_one_alone_gets(checkpoint, tmp_path):
    model = Classifier.load(mapping(tmp_path, checkpoint, "{anger: [rage], gratitude: [thankful]}"))
    texts = [
        f"{'Hello i am. ' * (it % 7)}{('I am furious!', 'Thanks!')[it % 2]}" for it in range(60)
    ]
    alone = [model.score(it, "en") for it in texts]
    with ThreadPoolExecutor(16) as threads:
        together = list(threads.map(lambda it: model.score(it, "en"), texts))
    for one, other in zip(alone, together, strict=True):
        assert other.emotions == pytest.approx(one.emotions, abs=1e-5)
        assert [it.span for it in other.sentences] == [it.span for it in one.sentences]
        for each, its in zip(one.sentences, other.sentences, strict=True):
            assert its.emotions == pytest.approx(each.emotions, abs=1e-5)


@pytest.mark.parametrize(
    ("emotions", "said"),
    [
        ("{fury: [rage]}", "emotions.fury.*: Input should be 'anger'"),
        ("{anger: rage}", "emotions.anger: Input should be a valid list"),
        ("", "emotions: Input should be a valid dictionary"),
        ("{anger: [wrath]}", "unknown label 'wrath' to anger; the checkpoint has: rage"),
    ],
)
def test_a_mapping_of_unknown_names_is_refused(checkpoint, tmp_path, emotions, said):
    with pytest.raises(ModelUnavailable, match=said):
        Classifier.load(mapping(tmp_path, checkpoint, emotions))


def test_a_length_that_the_checkpoint_cannot_read_is_refused(checkpoint, tmp_path):
    path = mapping(tmp_path, checkpoint, "{anger: [rage]}")
    path.write_text(path.read_text(encoding="utf-8") + "max_tokens: 1024\n", encoding="utf-8")
    with pytest.raises(ModelUnavailable, match=r"max_tokens is 1024; .* reads 512"):
        Classifier.load(path)


def test_a_checkpoint_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ModelUnavailable, match="cannot be loaded"):
        Classifier.load(mapping(tmp_path, tmp_path / "nowhere", "{anger: [rage]}"))


def test_a_file_that_is_no_mapping_is_refused(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("version: 1\n", encoding="utf-8")
    with pytest.raises(ModelUnavailable, match="checkpoint: Field required"):
        Classifier.load(path)
