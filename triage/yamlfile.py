"""A YAML file that people edit, read one checked place at a time.

Every place knows its file and line, and says what was expected there.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

import yaml

from triage.errors import BadInput

Value = TypeVar("Value")

LONGEST_VERSION = 48  # characters; with the digest it fits where decisions keep it
WHOLE = re.compile(r"\d{1,9}", re.ASCII)
DECIMAL = re.compile(r"\d+(\.\d*)?|\.\d+", re.ASCII)
# libyaml's where it is: every process parses the playbook as it starts, in 20 ms instead of 340
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class BadFile(BadInput):
    """A file is not what was expected; the message says where and what was."""


class Field:
    """A place in the file, which knows its line and complains about itself."""

    def __init__(self, file: str, node: yaml.Node) -> None:
        self.file, self.node = file, node

    def wrong(self, expected: str) -> BadFile:
        return BadFile(f"{self.file}, line {self.node.start_mark.line + 1}: {expected}")

    def mapping(self, required: str = "", optional: str = "") -> dict[str, Field]:
        """Return the fields by key; with keys given, exactly those."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.wrong("expected keys and values")
        fields: dict[str, Field] = {}
        for key, value in self.node.value:
            self._check_key(Field(self.file, key), fields, f"{required} {optional}".split())
            fields[key.value] = Field(self.file, value)
        if missing := [key for key in required.split() if key not in fields]:
            raise self.wrong(f"expected {', '.join(missing)} here")
        return fields

    def _check_key(self, key: Field, known: dict[str, Field], allowed: list[str]) -> None:
        if not isinstance(key.node, yaml.ScalarNode):
            raise key.wrong("expected a word as the key")
        if allowed and key.node.value not in allowed:
            raise key.wrong(f"unknown key {key.node.value!r}, expected one of {', '.join(allowed)}")
        if key.node.value in known:
            raise key.wrong(f"{key.node.value!r} stands here a second time, expected once")

    def items(self) -> list[Field]:
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.wrong("expected a list")
        return [Field(self.file, node) for node in self.node.value]

    def text(self) -> str:
        if not isinstance(self.node, yaml.ScalarNode) or not self.node.value.strip():
            raise self.wrong("expected a text")
        return str(self.node.value)

    def texts(self) -> tuple[str, ...]:
        return tuple(item.text() for item in self.items())

    def version(self, digest: str) -> str:
        """Return a version as decisions keep it: with the digest, so that no change goes unseen."""
        text = self.text()
        if len(text) > LONGEST_VERSION or not text.isprintable():
            raise self.wrong(f"expected a version of {LONGEST_VERSION} characters at most")
        return f"{text}+{digest}"

    def flag(self) -> bool:
        if self.text() not in {"true", "false"}:
            raise self.wrong("expected true or false")
        return self.text() == "true"

    def number(self, highest: int | None = None, lowest: int = 0) -> int:
        word = self._word()
        found = int(word) if WHOLE.fullmatch(word) else -1
        if found < lowest or (highest is not None and found > highest):
            start = f" from {lowest}" if lowest else ""
            upto = f" {'to' if lowest else 'up to'} {highest}" if highest is not None else ""
            raise self.wrong(f"expected a whole number{start}{upto}, found {word!r}")
        return found

    def decimal(self, highest: float) -> float:
        """Return a number from 0 to `highest`, with or without decimals."""
        word = self._word()
        found = float(word) if DECIMAL.fullmatch(word) else -1.0
        if not 0 <= found <= highest:
            raise self.wrong(f"expected a number from 0 to {highest:g}, found {word!r}")
        return found

    def _word(self) -> str:
        return str(self.node.value) if isinstance(self.node, yaml.ScalarNode) else "several values"

    def one_of(self, known: Iterable[str]) -> str:
        names = list(known)
        if self.text() not in names:
            raise self.wrong(f"unknown {self.text()!r}, expected one of {', '.join(names)}")
        return self.text()

    def many_of(self, known: Iterable[str], kind: Callable[[str], Value]) -> frozenset[Value]:
        names = list(known)
        return frozenset(kind(item.one_of(names)) for item in self.items())


def read_yaml(path: Path, what: str) -> tuple[Field, str]:
    """Return the root of a file and the first of its digest; `what` says what it should hold.

    Raises BadFile.
    """
    try:
        text = path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile(f"{path}: expected a readable UTF-8 file ({error})") from error
    return parse_yaml(text, str(path), what)


def parse_yaml(text: str, name: str, what: str) -> tuple[Field, str]:
    """Return the root of a text and the first of its digest; `name` stands for it in errors.

    Raises BadFile.
    """
    try:
        node = yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadFile(f"{name}, line {line}: expected YAML ({error.problem})") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise BadFile(f"{name}, line {line}: expected YAML ({error.reason})") from error
    except UnicodeEncodeError as error:  # libyaml's, of a half character that JSON can bring
        line = text.count("\n", 0, error.start) + 1
        raise BadFile(f"{name}, line {line}: expected YAML ({error.reason})") from error
    except RecursionError:
        raise BadFile(f"{name}: expected YAML that is nested less deeply") from None
    if node is None:
        raise BadFile(f"{name}, line 1: expected {what}, found nothing")
    return Field(name, node), hashlib.sha256(text.encode()).hexdigest()[:8]
