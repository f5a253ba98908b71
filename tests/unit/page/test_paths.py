"""A log-in leads back to where somebody wanted to go, and never to another host."""

import pytest

from triage.page.paths import log_in_path, own_path


@pytest.mark.parametrize(
    "path", ["/", "/tickets/7", "/trends?span=7d&zone=Europe/Paris", "/?q=a%20b"]
)
def test_our_own_paths_are_kept(path):
    assert own_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tickets/7",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        " /tickets/7",
        "/login",
        "/login/oidc",
        "/logout",
        "/é",
        "/" + "x" * 600,
    ],
)
def test_everything_else_leads_to_the_desk(path):
    assert own_path(path) == "/"


def test_the_log_in_is_told_where_to_lead_to():
    assert log_in_path("/") == "/login"
    assert log_in_path("/tickets/7?a=1&b=2") == "/login?next=/tickets/7%3Fa%3D1%26b%3D2"
