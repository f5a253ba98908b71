"""Logs hold ids and our own words, never a customer's, also not within exceptions."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys

from triage.errors import BadInput
from triage.logs import Quiet, mask_values, told

SAID = "My Zebra died and you charged 4111 1111 1111 1111"


def raised(*errors: Exception) -> BaseException:
    """Return the last of the errors, each raised from the one before."""
    before = None
    for error in errors:
        try:
            raise error from before  # noqa: TRY301
        except Exception as caught:
            before = caught
    assert before is not None
    return before


def test_ids_and_event_names_stay_and_texts_are_masked():
    fields = {
        "event": "ticket_dead",
        "ticket_id": 2125550123,
        "delivery_key": "4111111111111111",
        "error": "cannot reach dana@example.org",
        "more": ["+44 20 7946 0958", {"who": "a@b.org"}],
    }
    assert mask_values(None, "error", dict(fields)) == fields | {
        "error": "cannot reach d…@example.org",
        "more": ["•••• 0958", {"who": "a…@b.org"}],
    }


def test_an_exception_tells_where_it_came_from_and_not_what_it_quotes():
    lines = told(raised(KeyError(SAID), ValueError(f"cannot read {SAID!r}")))
    assert "Zebra" not in lines
    assert "4111" not in lines
    assert lines.index("KeyError: (words withheld)") < lines.index("ValueError: (words withheld)")
    assert "in raised" in lines


def test_our_own_errors_and_the_machines_keep_their_words():
    assert "triage.errors.BadInput: expected a policy, found d…@example.org" in told(
        raised(BadInput("expected a policy, found dana@example.org"))
    )
    assert "No such file" in told(raised(FileNotFoundError(2, "No such file", "policy.yaml")))


def test_a_library_that_logs_an_exception_does_not_print_its_words():
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(Quiet("%(levelname)s %(message)s"))
    logger = logging.Logger("celery.app.trace")
    logger.addHandler(handler)
    try:
        raise RuntimeError(SAID)  # noqa: TRY301
    except RuntimeError as error:
        logger.exception("Task %s raised unexpected: %r", "decide_tickets", error)  # noqa: TRY401
    assert "decide_tickets" in out.getvalue()
    assert "RuntimeError" in out.getvalue()
    assert "Zebra" not in out.getvalue()


PROGRAM = f"""
import sys, threading
import structlog
from triage.logs import set_up_logs
set_up_logs("json")
def fail():
    raise ValueError({SAID!r})
try:
    fail()
except ValueError:
    structlog.get_logger().exception("reading_failed", ticket_id=7, note="call 020 7946 0958")
thread = threading.Thread(target=fail)
thread.start()
thread.join()
fail()
"""


def test_a_process_that_a_customers_text_ends_does_not_print_it():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 1
    entry = json.loads(done.stderr.splitlines()[0])
    assert (entry["event"], entry["ticket_id"], entry["note"]) == (
        "reading_failed",
        7,
        "call •••• 0958",
    )
    assert done.stderr.count("ValueError: (words withheld)") == 3
    assert "Zebra" not in done.stderr + done.stdout
