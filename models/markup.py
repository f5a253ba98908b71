"""HTML mail to plain text: what a reader saw of this message, without the mail it quotes.

Quotes and signatures that mail programs mark in HTML are dropped here; those that only show in
the wording are left to `quoting`. The walk keeps no stack, so nesting cannot exhaust it.
"""

import re
from collections.abc import Generator, Iterator
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_HTML = 500_000  # characters read; the largest webhook bodies seen are below (webhooks.md 15)
#: Tags read; a long newsletter has 5,000. An HTML parser's time grows with the square of the
#: nesting: 10,000 open <div> take 0.8 s, the 100,000 that fit into a mail 80 s.
MAX_TAGS = 10_000
MAX_NODES = 50_000

UNSEEN = frozenset({"script", "style", "head", "title", "noscript", "template", "svg", "select"})
_BLOCK_NAMES = (
    "address article aside blockquote br dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 "
    "h6 header hr li main nav ol p pre section table td th tr ul"
)
BLOCKS = frozenset(_BLOCK_NAMES.split())
QUOTES = frozenset({"gmail_quote", "gmail_signature", "yahoo_quoted", "moz-cite-prefix"})
#: Zammad's start of signature or quote, and Outlook's start of the mail that is answered.
ENDS = frozenset({"js-signatureMarker", "divRplyFwdMsg", "appendonsend"})

#: HTML lets unclosed ones of these come back in every later block: a memory bomb, and no words.
_FORMATTING = re.compile(
    r"<(/?)(?:a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/>])", re.IGNORECASE
)
_TAG = re.compile(r"</?[a-zA-Z]")
_SPACES = re.compile(r"\s+")
_SPACES_IN_LINE = re.compile(r" {2,}")
_BREAK = re.compile(r" ?\n ?")
_EMPTY_LINE = re.compile(r"\n{4,}")  # fewer are only one block's end and the next one's start
_LINE_BREAK = re.compile(r"\n+")


def from_html(html: str) -> str:
    """Return the visible text, one line a block; quoted mail is kept only where all is quoted."""
    parser = LexborHTMLParser(_bounded(html))
    if parser.root is None:
        return ""
    own = _text(parser.root, with_quotes=False)
    return own or _text(parser.root, with_quotes=True)


def _bounded(html: str) -> str:
    readable = _FORMATTING.sub(r"<\1span", without_lone_surrogates(html[:MAX_HTML]))
    beyond = next(islice(_TAG.finditer(readable), MAX_TAGS, None), None)
    return readable[: beyond.start()] if beyond else readable


def without_lone_surrogates(text: str) -> str:
    """Return `text` of the same length with halves of characters replaced by U+FFFD."""
    if text.isascii():
        return text
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def _text(root: LexborNode, *, with_quotes: bool) -> str:
    raw = _SPACES_IN_LINE.sub(" ", "".join(_pieces(root, with_quotes=with_quotes)))
    paragraphs = _EMPTY_LINE.split(_BREAK.sub("\n", raw))
    return "\n\n".join(_LINE_BREAK.sub("\n", paragraph) for paragraph in paragraphs).strip()


def _pieces(root: LexborNode, *, with_quotes: bool) -> Iterator[str]:
    """Yield the text in reading order, with a line break around every block."""
    node: LexborNode | None = root
    for _ in range(MAX_NODES):
        if node is None or _names(node) & ENDS:
            return
        if node.is_text_node:
            yield _SPACES.sub(" ", node.text_content or "")
        is_skipped = _is_skipped(node, with_quotes=with_quotes)
        if node.tag in BLOCKS and not is_skipped:
            yield "\n"
        below = None if is_skipped else node.first_child
        if below is None:
            below = yield from _after(node, root)
        node = below


def _after(node: LexborNode, root: LexborNode) -> Generator[str, None, LexborNode | None]:
    """Return the next node that is not below `node`, leaving the blocks that end before it."""
    at: LexborNode | None = node
    while at is not None and at.mem_id != root.mem_id:
        if at.tag in BLOCKS:
            yield "\n"
        if at.next is not None:
            return at.next
        at = at.parent
    return None


def _is_skipped(node: LexborNode, *, with_quotes: bool) -> bool:
    if node.tag in UNSEEN or _is_hidden(node):
        return True
    return not with_quotes and (node.tag == "blockquote" or bool(_names(node) & QUOTES))


def _names(node: LexborNode) -> set[str]:
    if not node.is_element_node:
        return set()
    attributes = node.attributes
    return {*(attributes.get("class") or "").split(), attributes.get("id") or ""}


def _is_hidden(node: LexborNode) -> bool:
    style = (node.attributes.get("style") or "") if node.is_element_node else ""
    return "display:none" in style.replace(" ", "").lower()
