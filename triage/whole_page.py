"""A page that is whole in itself, as a file: no script, no font, nothing from elsewhere.

It follows the reader's light or dark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Shown:
    """A table of texts; the first column names what the others say."""

    title: str
    header: tuple[str, ...]
    rows: list[tuple[str, ...]]


def head(title: str, style: str = "") -> str:
    """Return what comes before a page's own parts, with styles of its own."""
    return HEAD.replace("TITLE", escape(title)).replace("STYLE", style)


def table(one: Shown, picture: str = "") -> str:
    """Return a table below its title, and below what was drawn of it."""
    header = "".join(f'<th scope="col">{escape(it)}</th>' for it in one.header)
    rows = "".join(map(_row, one.rows))
    return (
        f'<h2>{escape(one.title)}</h2>{picture}<div class="scrolls"><table>'
        f"<thead><tr>{header}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(texts: Sequence[str]) -> str:
    first, *rest = map(escape, texts)
    return f'<tr><th scope="row">{first}</th>{"".join(f"<td>{it}</td>" for it in rest)}</tr>'


HEAD = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>TITLE · Triage</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root { color-scheme: light dark; --ground: #f5f6f4; --sheet: #fff; --ink: #1c2227; --soft: #56616b;
  --line: #e0e3e4; --before: #8a949c; --after: #285a8c; --level-0: #b9c2c8; --level-1: #8fa3b3;
  --level-2: #d8a24a; --level-3: #c96a1d; --level-4: #a4262c; --safeguard: #a4262c;
  --charged: #b4560f; --gentle: #5c4a9c; --standard: #74808a; }
@media (prefers-color-scheme: dark) { :root { --ground: #13171b; --sheet: #1b2127; --ink: #e6eaec;
  --soft: #9ea9b3; --line: #2b333a; --before: #7d8790; --after: #8bb8e3; --level-0: #4b565f;
  --level-1: #6f8595; --level-2: #d8a24a; --level-3: #ec9f62; --level-4: #f48d90;
  --safeguard: #f48d90; --charged: #ec9f62; --gentle: #b8aaf0; --standard: #8d99a3; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 15px/1.45 system-ui, "Liberation Sans", sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1.2rem 1.5rem 3rem; }
h1 { font-size: 1.4rem; margin: 0 0 .3rem; }
h2 { font-size: 1.05rem; margin: 1.6rem 0 .4rem; }
p { margin: .3rem 0; max-width: 48rem; }
.about { color: var(--soft); }
svg { display: block; background: var(--sheet); border: 1px solid var(--line);
  border-radius: .45rem; padding: .6rem; margin-bottom: .6rem; }
.scrolls { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; background: var(--sheet); }
th, td { text-align: left; padding: .3rem .7rem; border-bottom: 1px solid var(--line);
  font-variant-numeric: tabular-nums; }
thead th { color: var(--soft); font-weight: 400; font-size: .85rem; }
tbody th { font-weight: 400; }
STYLE</style>
<main>
"""
