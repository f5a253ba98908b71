"""What changes something must come from our own pages, or from no browser at all."""

import pytest

from triage.api.same_site import is_ours

SESSION = {"cookie": "other=1; triage_session=abc"}
SECURE = {"cookie": "__Host-triage_session=abc"}
HOST = {"host": "triage.example"}


def asked(method: str = "POST", path: str = "/logout", **headers: str) -> bool:
    sent = HOST | {name.replace("_", "-"): value for name, value in headers.items()}
    pairs = [(name.encode(), value.encode()) for name, value in sent.items()]
    return is_ours({"type": "http", "method": method, "path": path, "headers": pairs})


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_looking_is_free(method):
    assert asked(method, **SESSION, sec_fetch_site="cross-site")


@pytest.mark.parametrize("site", ["same-origin", "none"])
@pytest.mark.parametrize("cookie", [SESSION, SECURE, {}])
def test_our_own_pages_may(site, cookie):
    assert asked(**cookie, sec_fetch_site=site)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "nonsense"])
@pytest.mark.parametrize("cookie", [SESSION, SECURE])
def test_other_sites_may_not_nor_our_neighbours(site, cookie):
    assert not asked(**cookie, sec_fetch_site=site)
    assert not asked("DELETE", **cookie, sec_fetch_site=site)


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"origin": "https://triage.example"}, True),
        ({"origin": "http://triage.example"}, True),
        ({"referer": "https://triage.example/people"}, True),
        ({"origin": "null"}, False),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "https://triage.example.evil.example"}, False),
        ({"origin": "https://triage.example:8443"}, False),
        ({"referer": "https://evil.example/?https://triage.example"}, False),
        ({"origin": "https://evil.example", "referer": "https://triage.example/"}, False),
        ({}, False),
    ],
)
def test_without_that_header_the_origin_must_be_our_host(headers, ours):
    assert asked(**SESSION, **headers) is ours


def test_a_header_that_says_another_site_is_not_outdone_by_an_origin():
    assert not asked(**SESSION, sec_fetch_site="cross-site", origin="https://triage.example")


def test_a_log_in_may_come_from_no_browser_but_not_from_another_site():
    assert asked(path="/login")
    assert not asked(path="/login", origin="https://evil.example")
    assert not asked(path="/login", sec_fetch_site="cross-site")


def test_helpdesks_and_programs_with_a_key_pass():
    assert asked(path="/webhooks/shop", origin="https://evil.example")
    assert asked(**SESSION, authorization="Bearer k", sec_fetch_site="cross-site")
    assert not asked(**SESSION, authorization="Bearer ", sec_fetch_site="cross-site")
    assert not asked(**SESSION, authorization="Basic k", sec_fetch_site="cross-site")
