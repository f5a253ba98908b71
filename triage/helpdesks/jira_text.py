"""Jira's two ways to write a text: its document format (ADF), and the older wiki markup.

Only what stands between the words is taken away; emphasis is left as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from triage.helpdesks import hygiene
from triage.helpdesks.reading import Field

MAX_NODES = 20_000  # of a document; a long one has hundreds

_BLOCKS = frozenset(
    ["paragraph", "heading", "listItem", "codeBlock", "blockquote", "tableCell", "hardBreak"]
)
#: Marks of wiki markup that no reader sees: colours and panels, people, pictures, headings.
_MARKS = (
    re.compile(r"\{(?:color|panel|quote|code|noformat)(?::[^{}\n]{0,100})?\}"),
    re.compile(r"\[~[^\]\n]{1,200}\]"),
    re.compile(r"!(?=\S)[^!\n]{1,200}\.[A-Za-z]{2,5}(?:\|[^!\n]{0,100})?!"),
)
_HEADING = re.compile(r"^h[1-6]\. ", re.MULTILINE)
_LINK = re.compile(r"\[([^|\]\n]{1,300})\|[^\]\n]{1,1000}\]")


def text(field: Field) -> str:
    """Return the words of a text or a document; empty if there are none. Raises Malformed."""
    if field.value is None:
        return ""
    if isinstance(field.value, dict):
        return hygiene.shorten(hygiene.clean("".join(_pieces(field.value)).strip()))
    return hygiene.shorten(_without_marks(field.text()).strip())


def _without_marks(text: str) -> str:
    for mark in _MARKS:  # one after the other: each begins with its own letter, which is fast
        text = mark.sub("", text)
    text = _LINK.sub(r"\1", text)
    return _HEADING.sub("", text) if any(f"h{level}. " in text for level in range(1, 7)) else text


def _pieces(document: dict[str, object]) -> Iterator[str]:
    """Yield the texts in reading order, a line break after every block. Keeps its own stack."""
    stack: list[object] = [document]
    for _ in range(MAX_NODES):
        if not stack:
            return
        node = stack.pop()
        if isinstance(node, str):
            yield node
        elif isinstance(node, dict):
            yield _own_text(node)
            content = node.get("content")
            if str(node.get("type")) in _BLOCKS:
                stack.append("\n")
            stack.extend(reversed(content) if isinstance(content, list) else ())


def _own_text(node: dict[str, object]) -> str:
    """Return what a node shows by itself: its text, or a mention's or an emoji's."""
    attributes = node.get("attrs")
    shown = node.get("text")
    if not isinstance(shown, str) and isinstance(attributes, dict):
        shown = attributes.get("text")
    return shown if isinstance(shown, str) else ""
