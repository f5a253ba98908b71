"""Deliveries that try the way in: taken, signed as others sign them, and nothing to keep."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from signed_deliveries import NOW, VENDORS, Vendor
from standardwebhooks.webhooks import Webhook
from vendor_signatures import ADDRESS

from triage.helpdesks import trials
from triage.helpdesks.event import Ignored, Refused
from triage.keep import results_of

EVERY_VENDOR = pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
STANDARD = ("generic", "cloudevents", "email")
#: Those of no signature by itself carry one of Standard Webhooks here.
BY_OTHERS = pytest.mark.parametrize(
    "vendor", [it for it in VENDORS if it.name not in STANDARD], ids=lambda vendor: vendor.name
)
BY_STANDARD = pytest.mark.parametrize(
    "vendor", [it for it in VENDORS if it.name in STANDARD], ids=lambda vendor: vendor.name
)


@EVERY_VENDOR
def test_a_trial_is_let_in_and_nothing_comes_of_it(vendor: Vendor):
    made = vendor.helpdesk.trial(vendor.secret, ADDRESS, NOW)
    vendor.helpdesk.verify(made, (vendor.other_secret, vendor.secret), NOW)
    found = results_of(vendor.helpdesk.parse(made))
    assert found
    assert all(isinstance(one, Ignored) for one in found), found
    assert made.headers[trials.MARK] == "1"
    assert (made.url, made.method) == (ADDRESS, "POST")


@EVERY_VENDOR
def test_a_trial_of_a_secret_that_was_just_made_up_is_refused(vendor: Vendor):
    made = vendor.helpdesk.trial(vendor.helpdesk.new_secret(), ADDRESS, NOW)
    with pytest.raises(Refused, match="signature"):
        vendor.helpdesk.verify(made, (vendor.secret, vendor.other_secret), NOW)


@BY_OTHERS
def test_a_trial_is_signed_as_others_sign(vendor: Vendor):
    made = vendor.helpdesk.trial(vendor.secret, ADDRESS, NOW)
    theirs = vendor.headers(vendor.secret, made.body, NOW)
    signs = {
        it for it in theirs if any(part in it for part in ("signature", "timestamp", "secret"))
    }
    assert vendor.signature_header in signs
    assert {it: made.headers[it] for it in signs} == {it: theirs[it] for it in signs}


@BY_STANDARD
def test_a_trial_is_signed_as_the_standards_own_library_signs(vendor: Vendor):
    made = vendor.helpdesk.trial(vendor.secret, ADDRESS, NOW)
    naive = NOW.astimezone(UTC).replace(tzinfo=None)  # as the package wants it
    theirs = Webhook(vendor.secret).sign(made.headers["webhook-id"], naive, made.body.decode())
    assert made.headers["webhook-signature"] == theirs
    assert made.headers["webhook-timestamp"] == str(int(NOW.timestamp()))


@EVERY_VENDOR
def test_an_old_trial_cannot_be_sent_again_where_its_moment_is_signed(vendor: Vendor):
    made = vendor.helpdesk.trial(vendor.secret, ADDRESS, NOW - timedelta(days=1))
    if vendor.timed:
        with pytest.raises(Refused, match="stale"):
            vendor.helpdesk.verify(made, (vendor.secret,), NOW)


def test_a_mail_that_carries_the_mark_itself_is_a_mail_all_the_same():
    """A customer writes what stands in a mail; only who knows the secret makes the call."""
    [mail] = [it for it in VENDORS if it.name == "email"]
    body = b"X-Triage-Test: 1\r\n" + mail.body
    assert not isinstance(mail.helpdesk.parse(mail.delivery(body)), Ignored)
