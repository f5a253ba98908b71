"""The body of a delivery as XML, by expat with all of its dangers off.

No document type, so no entities but the five of XML, no files and no networks; depth, elements and
text are bounded. The API has bounded the bytes before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from triage.helpdesks.event import Malformed

MAX_DEPTH = 20  # SOAP needs six
MAX_ELEMENTS = 20_000
MAX_ATTRIBUTES = 20  # of one element


@dataclass(slots=True)
class Element:
    """An element: its name and its attributes' as `{namespace}name`, and what is in it."""

    name: str
    attributes: dict[str, str]
    pieces: list[str] = field(default_factory=list)
    all: list[Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def children(self, name: str) -> Iterator[Element]:
        return (child for child in self.all if child.name == name)

    def first(self, name: str) -> Element | None:
        return next(self.children(name), None)


class _Reader:
    """Builds the elements while expat reads."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []
        self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        deep = len(self._open) >= MAX_DEPTH
        if deep or self._count > MAX_ELEMENTS or len(attributes) > MAX_ATTRIBUTES:
            raise Malformed("the body: expected XML of moderate size and depth, found more")
        element = Element(_name(name), {_name(key): value for key, value in attributes.items()})
        if self._open:
            self._open[-1].all.append(element)
        else:
            self.root = element
        self._open.append(element)

    def text(self, piece: str) -> None:
        self._open[-1].pieces.append(piece)

    def end(self, _name: str) -> None:
        self._open.pop()


def read_xml(body: bytes) -> Element:
    """Return the root element. Raises Malformed."""
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartDoctypeDeclHandler = _no_doctype
    parser.StartElementHandler = reader.start
    parser.CharacterDataHandler = reader.text
    parser.EndElementHandler = reader.end
    try:
        parser.Parse(body, True)  # noqa: FBT003 - expat's "this is all"
    except expat.ExpatError as error:
        place = f"line {error.lineno} column {error.offset + 1}"
        words = expat.ErrorString(error.code)
        raise Malformed(f"the body: expected XML, but at {place}: {words}") from error
    except Malformed:
        raise
    except (LookupError, ValueError) as error:
        raise Malformed("the body: expected XML in a known encoding, found another") from error
    if reader.root is None:
        raise Malformed("the body: expected XML, found no element")
    return reader.root


def _no_doctype(*_: object) -> None:
    raise Malformed("the body: expected XML without a document type, found one")


def _name(name: str) -> str:
    return f"{{{name}" if "}" in name else name
