"""What an administrator types about what is kept, as a process of its own."""

from __future__ import annotations

import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from tests.fakes import NOON
from tests.integration.kept_tickets import WORD, a_full_ticket, in_files, released
from triage.ports import utcnow
from triage.store import audit

CUSTOMER = "cust-4711"


def test_a_source_is_kept_for_some_days_and_then_retained(triage, installed, monkeypatch):
    with installed() as world:
        world.hire()
        old = a_full_ticket(world, "T-1")
        released(world, old, utcnow() - timedelta(days=31))
        released(world, a_full_ticket(world, "T-2"), utcnow())
    said = triage("sources", "keep", "demo", "--days", "30", "--as", "anonymised")
    assert said.stdout.strip() == "demo: closed tickets are kept for 30 days, then anonymised"
    monkeypatch.setenv("TRIAGE_ALERT_DAYS", "0")
    looked = triage("retain", "--dry-run")
    assert "audit log: kept for 400 days; rows due: 0\n" in looked.stdout
    assert "alerts: kept for ever; rows due: 0\n" in looked.stdout
    assert looked.stdout.splitlines()[-1].split()[-3:] == ["1", "0", "0"]
    assert "done" not in looked.stdout
    done = triage("retain")
    assert "1 ticket" in done.stdout.splitlines()[-1]
    assert triage("retain", "--dry-run").stdout.splitlines()[-1].split()[-3:] == ["0", "0", "0"]
    forever = triage("sources", "keep", "demo", "--for-ever")
    assert forever.stdout.strip() == "demo: closed tickets are kept for ever"


def test_what_was_noted_long_ago_is_counted_and_then_forgotten(triage, installed, monkeypatch):
    with installed() as world, world.database.writing() as connection:
        for days in (0, 8):
            at = utcnow() - timedelta(days=days)
            audit.note(connection, "Sue", "saw", about="zebra", now=at)
    monkeypatch.setenv("TRIAGE_AUDIT_DAYS", "7")
    looked = triage("retain", "--dry-run")
    assert "audit log: kept for 7 days; rows due: 1\n" in looked.stdout
    assert "rows: 1 audit done" in triage("retain").stdout
    assert "rows due: 1" not in triage("retain", "--dry-run").stdout
    monkeypatch.setenv("TRIAGE_AUDIT_DAYS", "-1")
    refused = triage("retain")
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "AUDIT_DAYS" in refused.stderr


def test_a_customer_is_written_out_and_erased(triage, installed, tmp_path: Path):
    with installed() as world:
        world.hire()
        a_full_ticket(world, "T-1")
        a_full_ticket(world, "T-2", close=False)
    file = tmp_path / "customer.json"
    assert "2 tickets" in triage("customer", "export", "demo", CUSTOMER, "-o", str(file)).stdout
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(json.loads(file.read_bytes())["tickets"]) == 2
    again = triage("customer", "export", "demo", CUSTOMER, "-o", str(file))
    assert (again.returncode, "is there already" in again.stderr) == (2, True)
    file.unlink()
    looked = triage("customer", "erase", "demo", CUSTOMER)
    assert "1 ticket" in looked.stdout
    assert "would be deleted; add --yes to do it" in looked.stdout
    assert "1 tickets stay, as they are open" in looked.stdout
    done = triage("customer", "erase", "demo", CUSTOMER, "--yes", "--open-too")
    assert "2 ticket deleted" in done.stdout
    assert list(in_files(tmp_path, WORD)) == []
    nothing = triage("customer", "erase", "demo", CUSTOMER, "--yes")
    assert (nothing.returncode, nothing.stderr.strip()) == (
        2,
        "triage: nothing is held of this customer",
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("sources", "keep", "demo"), "expected --days with a number, or --for-ever"),
        (("sources", "keep", "demo", "--days", "0"), "expected 1 to 36500, got 0"),
        (("sources", "keep", "nobody", "--days", "3"), "no source named 'nobody'"),
        (("sources", "keep", "demo", "--days", "3", "--as", "eaten"), "eaten"),
        (("customer", "erase", "nobody", "1"), "no source named 'nobody'"),
        (("customer", "export", "nobody", "1", "-o", "x"), "no source named 'nobody'"),
    ],
)
def test_bad_words_are_answered_with_one_sentence(triage, installed, arguments, sentence):
    with installed() as world:
        assert world.clock() == NOON
    done = triage(*arguments)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
