"""Every word of the page is in the one catalogue."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import nodes

from triage.page import shell

PAGE = Path(shell.__file__).parent
READ = (PAGE, PAGE.parent / "source_advice.py")  # what has words of the page
TEMPLATES = sorted(it.name for it in (PAGE / "templates").iterdir())
HELD = " "  # stands for whatever is put in there
NAMES = {"Triage"}  # that no language translates
SHOWN = ("aria-label", "placeholder", "title", "alt", "value")
CODE = ("code", "kbd")
WORD = re.compile(r"[^\W\d_]{2,}")


class Bare(HTMLParser):
    """Collects words that stand in the markup itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.code = 0  # how deep in what is typed, not read

    def handle_data(self, data: str) -> None:
        if not self.code:
            self.found += [it for it in WORD.findall(data) if it not in NAMES]

    def handle_endtag(self, tag: str) -> None:
        self.code -= tag in CODE

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.code += tag in CODE
        for name, value in attrs:
            if name in SHOWN and tag not in {"option", "input", "meter", "button"}:
                self.found += WORD.findall(value or "")


def bare_words(source: str) -> list[str]:
    tree = shell.templates.parse(source)
    markup = HELD.join(
        it.data for it in tree.find_all(nodes.TemplateData) if isinstance(it.data, str)
    )
    read = Bare()
    read.feed(markup)
    read.close()
    return read.found


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_holds_no_word_that_cannot_be_translated(name):
    source = (PAGE / "templates" / name).read_text(encoding="utf-8")
    without_trans = re.sub(r"{%-? *trans.*?endtrans *-?%}", "", source, flags=re.DOTALL)
    assert bare_words(without_trans) == []


def test_a_bare_word_would_be_found():
    assert bare_words('<p aria-label="One">{{ _("two") }} three</p>') == ["One", "three"]


def test_the_catalogue_is_the_one_of_these_templates(tmp_path):
    fresh = tmp_path / "fresh.pot"
    command = "extract -F pyproject.toml --omit-header --sort-output --no-location -o"
    subprocess.run(
        [
            sys.executable,
            "-m",
            "babel.messages.frontend",
            "--quiet",
            *command.split(),
            fresh,
            *READ,
        ],
        check=True,
        cwd=PAGE.parents[1],
    )
    kept = PAGE / "messages.pot"
    assert kept.read_text(encoding="utf-8") == fresh.read_text(encoding="utf-8"), "run `make words`"
