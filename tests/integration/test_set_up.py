"""Setting a source up at a terminal, against a real web process and stand-ins."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import free_port, wait_until
from tests.standins.chatwoot_hooks import HookedChatwoot
from tests.standins.freescout_hooks import KEY as FREESCOUT_SIGNS
from tests.standins.freescout_hooks import HookedFreeScout
from tests.standins.freescout_writes import KEY as FREESCOUT_KEY
from tests.standins.jira_hooks import HookedJira
from tests.standins.jira_writes import EMAIL as JIRA_EMAIL
from tests.standins.jira_writes import TOKEN as JIRA_TOKEN
from tests.standins.standin import Reply, served
from tests.standins.zendesk import EMAIL, TOKEN
from tests.standins.zendesk_hooks import HookedZendesk
from tests.terminal import checks, terminal
from tests.webprocess import installed_at, known_as, web_process
from triage import administration
from triage.keys import with_keys
from triage.ports import utcnow
from triage.settings import Settings

WAY_IN = {"public address": "good", "signature": "good", "clock": "good"}
ONLY_WRITTEN = {
    "address": "good",
    "reachable": "good",
    "credentials": "good",
    "limit": "good",
    "permission": "good",
}
CALLED = ONLY_WRITTEN | {"tickets": "good"}  # where its backlog can be read


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    settings = with_keys(installed_at(tmp_path_factory.mktemp("installed"), free_port()))
    with web_process(settings):
        yield settings


def known(settings: Settings, **more: str) -> dict[str, str]:
    public = {"TRIAGE_PUBLIC_URL": f"http://127.0.0.1:{settings.port}"}
    return known_as(settings) | public | more


def names(settings: Settings) -> set[str]:
    return {row[0] for row in administration.list_sources(settings)}


def test_a_sender_of_ones_own_is_set_up_with_wrong_names_asked_again(running: Settings):
    with terminal(known(running), "sources", "add", "generic") as one:
        one.expect("/webhooks/NAME [generic]")
        one.types("My Shop")
        one.expect("expected lower-case letters")
        one.types("shop")
        one.expect(f"POST its events to http://127.0.0.1:{running.port}/webhooks/shop")
        one.expect("with the secret whsec_")
        one.answers(("Press Enter", ""))
        assert one.ended() == 0, one.said
    assert checks(one.said) == WAY_IN
    assert "triage sources test shop" in one.said
    with terminal(known(running), "sources", "add", "generic", "shop") as again:
        again.expect("there is a source of that name already")
        again.expect("[generic]")
        assert again.interrupted() == 130
    assert "Stopped; nothing was made." in again.said


def test_mail_by_http_is_set_up_with_the_proposed_name(running: Settings):
    with terminal(known(running), "sources", "add", "email") as one:
        one.answers(("[email]", ""))
        one.expect("triage sources ours email")
        one.answers(("Press Enter", ""))
        assert one.ended() == 0, one.said
    assert checks(one.said) == WAY_IN


def test_zendesk_is_set_up_by_its_api_without_a_click(running: Settings):
    desk = HookedZendesk(utcnow)
    with served(desk):
        private = {"TRIAGE_OUTBOUND_PRIVATE_HOSTS": f"127.0.0.1:{desk.port}"}
        with terminal(known(running, **private), "sources", "add", "zendesk", "desk") as one:
            one.answers(("Shall it?", "y"), ("subdomain", desk.address), ("e-mail", EMAIL))
            one.hidden("API token", TOKEN)
            one.expect("Done: the webhook")
            assert one.ended() == 0, one.said
    assert desk.addresses() == [f"http://127.0.0.1:{running.port}/webhooks/desk"]
    assert checks(one.said) == WAY_IN | CALLED
    assert "the role admin may tag, note and assign" in one.said
    assert TOKEN not in one.said


def test_zendesk_is_set_up_by_hand_with_a_short_secret_asked_again(running: Settings):
    with terminal(known(running), "sources", "add", "zendesk", "byhand") as one:
        one.answers(("Shall it?", "n"))
        one.expect("1. Admin Center > Apps and integrations > Webhooks")
        one.hidden("signing secret of the webhook", "short")
        one.expect("expected 16 to 512")
        one.hidden("signing secret of the webhook", "a-signing-secret-of-zendesk")
        one.answers(("Press Enter", ""), ("Enter skips", ""))
        assert one.ended() == 0, one.said
    assert "a-signing-secret-of-zendesk" not in one.said
    assert checks(one.said) == WAY_IN | {"helpdesk": "good"}
    assert "not connected" in one.said


def test_freescout_is_set_up_by_its_api_with_the_secret_that_no_call_tells(running: Settings):
    desk = HookedFreeScout(utcnow)
    with served(desk):
        private = {"TRIAGE_OUTBOUND_PRIVATE_HOSTS": f"127.0.0.1:{desk.port}"}
        with terminal(known(running, **private), "sources", "add", "freescout", "free") as one:
            one.answers(("Shall it?", "y"))
            one.expect("1. Manage > Settings > API & Webhooks")
            one.hidden("Secret Key", FREESCOUT_SIGNS)
            one.answers(("address of the server", desk.address), ("number of the user", "3"))
            one.hidden("API key", FREESCOUT_KEY)
            one.expect("Done: the webhook")
            assert one.ended() == 0, one.said
    assert desk.addresses() == [f"http://127.0.0.1:{running.port}/webhooks/free"]
    assert checks(one.said) == WAY_IN | ONLY_WRITTEN
    assert FREESCOUT_SIGNS not in one.said


def test_jira_is_set_up_by_its_api_for_the_projects_that_are_named(running: Settings):
    desk = HookedJira(utcnow, may=("EDIT_ISSUES", "ADD_COMMENTS"))
    with served(desk):
        private = {"TRIAGE_OUTBOUND_PRIVATE_HOSTS": f"127.0.0.1:{desk.port}"}
        with terminal(known(running, **private), "sources", "add", "jira", "issues") as one:
            one.answers(("Shall it?", "y"), ("site (the part", desk.address))
            one.answers(("keys of the service projects", "HELP!"), ("e-mail", JIRA_EMAIL))
            one.hidden("API token", JIRA_TOKEN)
            one.expect("projects: expected keys such as HELP")
            one.answers(("site (the part", ""), ("keys of the service", "help"), ("e-mail", ""))
            one.hidden("API token", JIRA_TOKEN)
            one.expect("Done: the webhook")
            assert one.ended() == 1, one.said
    (hook,) = desk.hooks
    assert hook["filters"] == {"issue-related-events-section": 'project in ("HELP")'}
    assert checks(one.said) == WAY_IN | ONLY_WRITTEN | {"permission": "BAD"}
    assert "it may not assign in HELP: give an agent's token" in one.said
    assert JIRA_TOKEN not in one.said


def test_a_secret_that_was_copied_for_an_api_that_refuses_is_not_asked_for_again(running: Settings):
    desk = HookedFreeScout(utcnow)
    with served(desk):
        private = {"TRIAGE_OUTBOUND_PRIVATE_HOSTS": f"127.0.0.1:{desk.port}"}
        with terminal(known(running, **private), "sources", "add", "freescout", "refuses") as one:
            one.answers(("Shall it?", "y"))
            one.hidden("Secret Key", FREESCOUT_SIGNS)
            one.answers(("address of the server", desk.address), ("number of the user", "3"))
            one.hidden("API key", "wr0ng")
            one.expect("That did not work:")
            one.expect("1. Manage > API & Webhooks > Webhooks > New")
            one.answers(("Press Enter", ""))
            assert one.ended() == 1, one.said
    assert checks(one.said)["signature"] == "good"


def test_an_api_that_refuses_leads_to_the_clicks(running: Settings):
    desk = HookedChatwoot(utcnow)
    with served(desk):
        private = {"TRIAGE_OUTBOUND_PRIVATE_HOSTS": f"127.0.0.1:{desk.port}"}
        with terminal(known(running, **private), "sources", "add", "chatwoot") as one:
            one.answers(("[chatwoot]", ""), ("Shall it?", "y"))
            one.answers(("address of the server", desk.address), ("number of the", "one"))
            one.hidden("access token", "wr0ng")
            one.expect("account: expected a number")
            one.answers(("address of the server", ""), ("number of the", "1"))
            one.hidden("access token", "wr0ng")
            one.expect("That did not work:")
            one.expect("1. Settings > Integrations > Webhooks")
            one.hidden("secret of the webhook", "a-secret-of-chatwoot")
            one.answers(("Press Enter", ""))
            assert one.ended() == 1, one.said
    assert checks(one.said)["signature"] == "good"
    assert checks(one.said)["credentials"] == "BAD"


def test_ctrl_c_says_exactly_what_is_kept(running: Settings):
    with terminal(known(running), "sources", "add", "front", "halfway") as one:
        one.hidden("signing key of the app", "a-signing-key-of-front")
        one.expect("Press Enter")
        assert one.interrupted() == 130
    assert "Stopped; kept: the source halfway. To go on: triage sources connect" in one.said
    assert "halfway" in names(running)
    with terminal(known(running), "sources", "add", "front", "nowhere") as two:
        two.expect("copy the signing key")
        two.expect("signing key of the app")
        assert two.interrupted() == 130
    assert "nothing was made" in two.said
    assert "nowhere" not in names(running)


def test_what_cannot_be_connected_goes_on_without_that(running: Settings):
    with terminal(known(running), "sources", "add", "cloudevents", "events") as one:
        one.expect("Press Enter")
        assert one.interrupted() == 130
    assert "kept: the source events. To go on: triage sources test events" in one.said


def test_ctrl_c_while_a_webhook_is_made_says_that_nobody_knows_whether_it_was(running: Settings):
    desk = HookedZendesk(utcnow)
    desk.fails("/webhooks", Reply(hangs=5.0))
    with served(desk):
        private = {"TRIAGE_OUTBOUND_PRIVATE_HOSTS": f"127.0.0.1:{desk.port}"}
        with terminal(known(running, **private), "sources", "add", "zendesk", "unsure") as one:
            one.answers(("Shall it?", "y"), ("subdomain", desk.address), ("e-mail", EMAIL))
            one.hidden("API token", TOKEN)
            one.expect("Connected to")
            wait_until(lambda: bool(desk.asked), "the call that hangs")
            assert one.interrupted() == 130
    assert "kept: the source unsure, connected; whether its webhook was made is not" in one.said
    assert "triage sources connect unsure --make-webhook" in one.said


def test_an_unknown_helpdesk_is_one_sentence(running: Settings):
    with terminal(known(running), "sources", "add", "fax") as one:
        assert one.ended() == 2
    assert "vendor 'fax': expected one of " in one.said


def test_without_a_terminal_a_name_must_be_given(triage, tmp_path: Path):
    assert os.environ.get("TRIAGE_PUBLIC_URL") is None
    done = triage("sources", "add", "generic")
    assert done.returncode == 2
    assert "NAME: expected a name" in done.stderr
