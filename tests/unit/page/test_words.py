"""How the page says things, without a page."""

from types import SimpleNamespace

import pytest

from triage.page.shell import templates
from triage.page.words import feeling_of, first_words, level_word, marked, slots


def row(**values):
    ordinary = {"decided": True, "state": "scored", "feeling": None, "level": 0}
    return SimpleNamespace(**ordinary | values)


def span(start, end, weight):
    return {"start": start, "end": end, "weight": weight}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"decided": False}, "not read yet"),
        ({"state": "unsupported_language"}, "not read: language not supported"),
        ({"state": "empty"}, "not read: no text"),
        ({"state": "automatic"}, "not read: automatic message"),
        ({"feeling": "anger", "level": 4}, "anger"),
        ({"level": 2}, "feeling not clear"),
        ({"level": 0}, "no strong feeling"),
    ],
)
def test_a_feeling_is_named_only_where_it_is_known(values, said):
    assert feeling_of(row(**values)) == said


def test_every_level_has_a_word():
    assert len({level_word(level) for level in range(5)}) == 5


def test_what_carried_the_charge_is_marked_by_its_strength():
    text = "Hello. I am cross. I am furious. Bye."
    shown = marked(text, [span(19, 32, 0.9), span(7, 18, 0.3), span(0, 6, 0.1)])
    assert shown == (
        'Hello. <mark class="s1">I am cross.</mark> <mark class="s3">I am furious.</mark> Bye.'
    )


def test_marking_escapes_every_word_and_never_repeats_one():
    text = "<b>a</b> & <i>b</i>"
    shown = marked(text, [span(0, 8, 0.9), span(3, 12, 0.9), span(11, 99, 0.5)])
    assert "<b>" not in shown
    assert "<i>" not in shown
    assert templates.from_string("{{ text }}").render(text=shown) == shown
    assert shown.striptags().replace("&amp;", "&") == "<b>a</b> & <i>b</i>"


def test_slots_are_marked_and_everything_else_is_escaped():
    shown = slots("Hi <b>, you wrote [in <i>their</i> words] [] [")
    assert shown == (
        'Hi &lt;b&gt;, you wrote <span class="slot">[in &lt;i&gt;their&lt;/i&gt; words]</span> [] ['
    )


def test_the_desk_shows_an_opening_without_its_greeting():
    assert first_words("Hello Ann,\n\nYou wrote that …") == "You wrote that …"
    assert first_words("You wrote that …") == "You wrote that …"


def test_templates_escape_and_fail_on_what_is_missing():
    assert templates.from_string("{{ x }}").render(x="<script>") == "&lt;script&gt;"
    with pytest.raises(Exception, match="'y' is undefined"):
        templates.from_string("{{ y }}").render(x=1)
