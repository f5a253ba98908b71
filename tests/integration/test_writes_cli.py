"""`triage sources writes`, as an operator types it."""

from __future__ import annotations

from collections.abc import Callable
from subprocess import CompletedProcess

import pytest

Run = Callable[..., "CompletedProcess[str]"]


def test_what_is_written_is_switched_and_listed(triage: Run):
    triage("sources", "add", "zendesk", "desk")
    made = triage("sources", "writes", "desk", "tags", "note", "fields", "--field", "level=360")
    assert made.returncode == 0, made.stderr
    assert "fields, note, tags are written" in made.stdout
    assert "nothing written yet" in " ".join(triage("sources", "list").stdout.split())
    none = triage("sources", "writes", "desk", "none")
    assert "nothing is written" in none.stdout


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("nobody", "tags"), "no source named 'nobody'"),
        (("desk", "stars"), "at chatwoot can be written: assignee, note, priority, tags; or none"),
        (("desk", "fields"), "at chatwoot can be written"),
        (("desk", "tags", "--field", "level=9"), "no name of a field"),
        (("mine", "tags"), "vendor 'generic' cannot be written to; those that can: chatwoot, "),
    ],
)
def test_what_cannot_be_written_is_refused_in_one_sentence(triage: Run, typed, said):
    triage("sources", "add", "chatwoot", "desk", "--secret", "s" * 32)
    triage("sources", "add", "generic", "mine")
    tried = triage("sources", "writes", *typed)
    assert tried.returncode == 2
    assert said in " ".join(tried.stderr.split())
    assert len(tried.stderr.strip().splitlines()) == 1
