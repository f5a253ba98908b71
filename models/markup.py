"""HTML mail to plain text: what a reader saw of this message, without the mail it quotes.

Quotes and signatures that mail programs mark in HTML are dropped here; those that only show in
the wording are left to `quoting`. Lexbor parses and writes; a loop over its nodes in Python would
take ten times as long.
"""

import re
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_HTML = 500_000  # characters read; the largest webhook bodies seen are below (webhooks.md 15)
#: Tags read; a long newsletter has 5,000. An HTML parser's time grows with the square of the
#: nesting: 10,000 open <div> take 0.8 s, the 100,000 that fit into a mail 80 s.
MAX_TAGS = 10_000

UNSEEN = ("script", "style", "head", "title", "noscript", "template", "svg", "select")
_BLOCK_NAMES = (
    "address article aside blockquote br dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 "
    "h6 header hr li main nav ol p pre section table td th tr ul"
)
BLOCKS = frozenset(_BLOCK_NAMES.split())
QUOTES = ("gmail_quote", "gmail_signature", "yahoo_quoted", "moz-cite-prefix")
#: Zammad's start of signature or quote, and Outlook's start of the mail that is answered.
ENDS = ("js-signatureMarker", "divRplyFwdMsg", "appendonsend")

#: Where a skipped block or the end stood, until the text is cut there. No text holds them else.
_BLOCK_GONE, _END = "\x01", "\x02"

#: HTML lets unclosed ones of these come back in every later block: a memory bomb, and no words.
_FORMATTING = r"(?:[abisu]|big|code|em|font|nobr|small|strike|strong|tt)(?=[\s/>])"
_OPENING = re.compile(f"<{_FORMATTING}", re.IGNORECASE)
_CLOSING = re.compile(f"</{_FORMATTING}", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z]")

_UNSEEN_CSS = ", ".join(UNSEEN)
_QUOTES_CSS = ", ".join(["blockquote", *(f'[class~="{name}"]' for name in QUOTES)])
_QUOTES_CSS += "".join(f', [id="{name}"]' for name in QUOTES)
_MAYBE_HIDDEN_CSS = '[style*="display" i][style*="none" i]'
_ENDS_CSS = ", ".join(f'[class~="{name}"], [id="{name}"]' for name in ENDS)

#: A comment or a tag as Lexbor writes it: attributes in double quotes, in which ">" may stand.
_WRITTEN = re.compile(r'<(?:!--.*?--|(/?[a-zA-Z][^\s/>]*)[^">]*(?:"[^"]*"[^">]*)*)>')
_BREAKS = {name: "\n" for block in BLOCKS for name in (block, f"/{block}")}
_BREAKS |= {"br": "\n\n", "hr": "\n\n"}  # without an end that would make the second
_ASCII_SPACES = "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f"
_OTHER_SPACES = re.compile("[\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
_ENTITIES = (("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))  # all that it writes


def from_html(html: str) -> str:
    """Return the visible text, one line a block; quoted mail is kept only where all is quoted."""
    readable = _bounded(html)
    return _visible(readable, with_quotes=False) or _visible(readable, with_quotes=True)


def _bounded(html: str) -> str:
    known = without_lone_surrogates(html[:MAX_HTML]).replace(_BLOCK_GONE, "").replace(_END, "")
    readable = _CLOSING.sub("</span", _OPENING.sub("<span", known))
    if readable.count("<") <= MAX_TAGS:
        return readable
    beyond = next(islice(_TAG.finditer(readable), MAX_TAGS, None), None)
    return readable[: beyond.start()] if beyond else readable


def without_lone_surrogates(text: str) -> str:
    """Return `text` of the same length with halves of characters replaced by U+FFFD."""
    if text.isascii():
        return text
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def _visible(html: str, *, with_quotes: bool) -> str:
    parser = LexborHTMLParser(html)
    for node in parser.css(_UNSEEN_CSS if with_quotes else f"{_UNSEEN_CSS}, {_QUOTES_CSS}"):
        _drop(node)
    for node in parser.css(_MAYBE_HIDDEN_CSS):
        if "display:none" in (node.attributes.get("style") or "").replace(" ", "").lower():
            _drop(node)
    if end := parser.css_first(_ENDS_CSS):
        end.insert_before(_END)
    root = parser.root
    return _text(root.html or "") if root else ""


def _drop(node: LexborNode) -> None:
    if node.parent is not None:  # nor may the root go
        node.replace_with(_BLOCK_GONE if node.tag in BLOCKS else "")


def _text(written: str) -> str:
    """Return the text of HTML as Lexbor wrote it, with a line break around every block."""
    one_line = _narrowed(_spaced(written.partition(_END)[0].replace("&nbsp;", " ")))
    first, *rest = _WRITTEN.split(one_line)
    pieces = [
        _BREAKS.get(name, "") + text for name, text in zip(rest[::2], rest[1::2], strict=True)
    ]
    return _tidy(_decoded("".join([first, *pieces])).replace(_BLOCK_GONE, "\n"))


def _spaced(text: str) -> str:
    """Return the text with every white space as a space."""
    for space in _ASCII_SPACES:
        text = text.replace(space, " ")
    return text if text.isascii() else _OTHER_SPACES.sub(" ", text)


def _narrowed(text: str) -> str:
    while "  " in text:
        text = text.replace("  ", " ")
    return text


def _decoded(text: str) -> str:
    for written, meant in _ENTITIES if "&" in text else ():
        text = text.replace(written, meant)
    return text


def _tidy(raw: str) -> str:
    """Return lines without outer space; up to three breaks are one, more are an empty line.

    Fewer are only one block's end and the next one's start.
    """
    lines = _narrowed(raw).replace(" \n", "\n").replace("\n ", "\n")
    paragraphs = ["\n".join(filter(None, part.split("\n"))) for part in lines.split("\n" * 4)]
    return "\n\n".join(filter(None, paragraphs)).strip()
