"""What making a webhook promises for every helpdesk, each against its own stand-in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import NOON
from tests.standins.everyone import HOOKED
from tests.standins.hooked import Hooked
from tests.standins.pulling import Leaping, Pulled, connected
from tests.standins.standin import Reply, served
from triage import connect
from triage.domain.ticket import Status
from triage.errors import BadInput, HelpdeskAway, HelpdeskRefuses
from triage.helpdesks.clicks import CLICKS
from triage.helpdesks.event import Delivery, Thin
from triage.helpdesks.hooking.gorgias import FORMS
from triage.helpdesks.hooking.registry import HOOKINGS
from triage.helpdesks.registry import HELPDESKS
from triage.make_webhook import make_webhook
from triage.settings import Settings
from triage.store import accounts, schema, sources
from triage.store.sources import Vault

ADDRESS = "https://triage.example.com/webhooks/desk"
BROKEN = {"webhooks": 7, "payload": 7, "_embedded": 7, "data": 7}
OURS = "s" * 32  # the secret with which the source was made


@dataclass
class Made:
    """A connected source whose helpdesk is a stand-in with webhooks."""

    pulled: Pulled
    desk: Any  # a Hooked stand-in
    settings: Settings

    def hook(self) -> str:
        return make_webhook(self.pulled.database, self.settings, "desk")

    def connect(self, **changes: str) -> None:
        """Connect the source once more, with other values."""
        given = {"address": self.desk.address} | {**self.desk.given} | changes
        connect.connect(self.pulled.database, self.settings, "desk", given, NOON)

    def forget(self, value: str) -> None:
        """Have the source be connected as before that value was asked for."""
        database, vault = self.pulled.database, Vault(self.settings.secret_key)
        with database.writing() as connection:
            known = accounts.of_source(connection, "desk", vault)
            kept = {k: v for k, v in known.credentials.items() if k != value}
            accounts.connect(connection, known.source_id, known.address, kept, vault, NOON)

    def takes(
        self, form: Mapping[str, str], headers: Mapping[str, str], values: Mapping[str, str]
    ) -> Any:
        """Return what becomes of a delivery of that form, with these values put in."""
        sent = json.dumps({key: _rendered(it, values) for key, it in form.items()})
        lower = {key.lower(): value for key, value in headers.items()}
        delivery = Delivery(lower, sent.encode(), received_at=NOON)
        helpdesk = HELPDESKS[self.desk.vendor]
        helpdesk.verify(delivery, self.secrets(), NOON)
        return helpdesk.parse(delivery)

    def secrets(self) -> tuple[str, ...]:
        with self.pulled.database.reading() as connection:
            vault = Vault(self.settings.secret_key)
            return sources.by_name(connection, "desk", vault).secrets


@pytest.fixture(params=HOOKED)
def desk(request: pytest.FixtureRequest) -> Iterator[Hooked]:
    with served(HOOKED[request.param](Leaping())) as made:
        yield made  # type: ignore[misc]


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """One database: what is made at a helpdesk does not depend on which."""
    url = f"sqlite:///{tmp_path / 'triage.db'}"
    schema.migrate(url)
    return url


@pytest.fixture
def made(desk: Any, database: Any) -> Iterator[Made]:
    with connected(desk, database, desk.clock) as pulled:
        public = {"public_url": "https://triage.example.com"}
        yield Made(pulled, desk, pulled.settings.model_copy(update=public))


def test_every_helpdesk_whose_webhook_can_be_made_is_tested_here():
    assert set(HOOKED) == set(HOOKINGS)
    assert all(it.NEEDS for it in HOOKINGS.values())


def test_a_webhook_is_made_and_what_it_signs_with_is_kept(made: Made):
    said = made.hook()
    assert "was made" in said
    assert ADDRESS in said
    assert made.desk.addresses() == [ADDRESS]
    assert made.secrets()[0] == made.desk.signs(ADDRESS)
    assert made.desk.signs(ADDRESS) not in said


def test_made_twice_there_is_one(made: Made):
    made.hook()
    before = (made.secrets(), getattr(made.desk, "triggers", None))
    assert "was there already" in made.hook()
    assert made.desk.addresses() == [ADDRESS]
    assert (made.secrets(), getattr(made.desk, "triggers", None)) == before


def test_one_that_somebody_made_is_used_among_many(made: Made):
    made.desk.per_page = 2
    for number in range(5):
        made.desk.by_hand(f"https://elsewhere.example/{number}")
    made.desk.by_hand(ADDRESS)
    assert "was there already" in made.hook()
    assert made.desk.addresses().count(ADDRESS) == 1
    assert made.secrets()[0] == made.desk.signs(ADDRESS)


def test_an_answer_that_was_lost_makes_no_second_one(made: Made):
    made.desk.loses = True
    with pytest.raises(HelpdeskAway):
        made.hook()
    assert "was there already" in made.hook()
    assert made.desk.addresses() == [ADDRESS]
    assert made.secrets()[0] == made.desk.signs(ADDRESS)


def test_credentials_that_lack_the_right_are_said_and_change_nothing(made: Made):
    made.desk.is_known = lambda _request: False
    with pytest.raises((HelpdeskRefuses, HelpdeskAway)):
        made.hook()
    assert made.desk.addresses() == []
    assert made.secrets() == (OURS,)


def test_a_refusal_is_one_sentence_that_names_the_call(made: Made):
    made.desk.fails(made.desk.path, Reply(422, {"error": "no more webhooks for you"}))
    with pytest.raises(HelpdeskAway, match=f"GET {made.desk.path}: answered with status 422"):
        made.hook()
    assert made.secrets() == (OURS,)


@pytest.mark.parametrize(
    "broken", ["text", BROKEN, [7], [{"endpoint": 1, "url": ADDRESS, "self": 7}]]
)
def test_an_answer_of_another_kind_is_a_sentence(made: Made, broken: Any):
    made.desk.mutate = lambda path, body: broken if path.endswith(made.desk.path) else body
    with pytest.raises(HelpdeskAway):
        made.hook()
    assert made.secrets() == (OURS,)


def test_without_a_public_address_nothing_is_made_where_it_would_lead_nowhere(made: Made):
    made.settings = made.settings.model_copy(update={"public_url": ""})
    if CLICKS[made.desk.vendor].hosted:
        with pytest.raises(BadInput, match="TRIAGE_PUBLIC_URL: expected"):
            made.hook()
        assert made.desk.addresses() == []
    else:
        assert "http://127.0.0.1:8000/webhooks/desk" in made.hook()


@pytest.mark.parametrize("desk", ["chatwoot"], indirect=True)
def test_a_chatwoot_that_signs_nothing_has_the_secret_in_the_address(made: Made):
    made.desk.signs_nothing = True
    assert "was made" in made.hook()
    assert made.desk.addresses() == [f"{ADDRESS}?secret={OURS}"]
    assert "was there already" in made.hook()
    made.desk.hooks[0]["url"] = ADDRESS
    with pytest.raises(HelpdeskAway, match="has no secret: delete it there"):
        made.hook()


@pytest.mark.parametrize("desk", ["zammad"], indirect=True)
def test_a_trigger_of_zammad_that_is_missing_is_added(made: Made):
    made.hook()
    names = [it["name"] for it in made.desk.triggers]
    assert names == ["Triage desk 1: created", "Triage desk 2: message", "Triage desk 3: closed"]
    closing = made.desk.triggers.pop()
    assert closing["condition"]["ticket.state_id"]["value"] == ["3", "4"]
    made.hook()
    assert [it["name"] for it in made.desk.triggers] == names


@pytest.mark.parametrize("desk", ["zendesk"], indirect=True)
def test_a_webhook_of_zendesk_that_was_switched_off_is_not_taken_for_a_good_one(made: Made):
    made.desk.by_hand(ADDRESS, status="inactive")
    with pytest.raises(HelpdeskAway, match="is not active: switch it on"):
        made.hook()


@pytest.mark.parametrize("desk", ["freescout"], indirect=True)
def test_a_webhook_of_freescout_that_lacks_an_event_is_made_anew(made: Made):
    made.hook()
    (first,) = made.desk.hooks
    first["events"].remove("convo.status")
    assert "was there already" in made.hook()
    (second,) = made.desk.hooks
    assert (first["id"], "convo.status" in second["events"]) == (101, True)
    asked = len(made.desk.asked)
    made.hook()
    assert len(made.desk.asked) == asked + 1  # one that has them all is left alone


@pytest.mark.parametrize("desk", ["jira"], indirect=True)
def test_a_webhook_of_jira_sends_from_the_named_projects_only(made: Made):
    made.connect(projects="shop, HELP")
    made.hook()
    (hook,) = made.desk.hooks
    assert hook["filters"] == {"issue-related-events-section": 'project in ("SHOP", "HELP")'}
    made.connect(projects="HELP")
    made.hook()
    (hook,) = made.desk.hooks
    assert hook["filters"] == {"issue-related-events-section": 'project in ("HELP")'}


@pytest.mark.parametrize("desk", ["jira"], indirect=True)
def test_a_project_that_jira_does_not_have_makes_no_webhook(made: Made):
    made.connect(projects="HELP,HLP")
    with pytest.raises(HelpdeskAway, match="HLP is no service project there; known: HELP, HR, SH"):
        made.hook()
    assert made.desk.addresses() == []
    with pytest.raises(BadInput, match=r"^projects: expected keys such as HELP"):
        made.connect(projects='HELP") OR (project != "')


@pytest.mark.parametrize("desk", ["jira"], indirect=True)
def test_a_source_of_jira_that_was_connected_without_projects_is_connected_again(made: Made):
    made.forget("projects")
    with pytest.raises(HelpdeskAway, match=r"projects: expected keys .* connect the source again"):
        made.hook()
    assert made.desk.addresses() == []


@pytest.mark.parametrize("desk", ["gorgias"], indirect=True)
def test_gorgias_has_an_integration_for_each_event_and_what_it_sends_is_understood(made: Made):
    made.desk.by_hand(ADDRESS)
    made.hook()
    found = {it["http"]["form"]["event"]: it["http"] for it in made.desk.hooks}
    assert set(found) == {"ticket-created", "ticket-message-created", "ticket-updated"}
    assert len(made.desk.hooks) == len(found)
    for event, http in found.items():
        assert [it for it, is_on in http["triggers"].items() if is_on] == [event]
    closing = {"ticket.id": "7", "ticket.status": "closed", "ticket.closed_datetime": "2026-11-20"}
    event = made.takes(found["ticket-updated"]["form"], found["ticket-updated"]["headers"], closing)
    assert (event.ticket_id, event.status, event.occurred_at) == ("7", Status.CLOSED, NOON)


@pytest.mark.parametrize("desk", ["gorgias"], indirect=True)
def test_an_integration_of_gorgias_that_is_not_active_is_not_taken_for_a_good_one(made: Made):
    made.desk.by_hand(ADDRESS, deactivated_datetime="2026-11-20T10:12:07+00:00")
    with pytest.raises(HelpdeskAway, match="is not active: activate it"):
        made.hook()


@pytest.mark.parametrize("desk", ["freshdesk"], indirect=True)
def test_freshdesk_has_a_rule_for_each_writer_after_theirs_and_what_they_send_is_fetched(
    made: Made,
):
    made.hook()
    first, agents, customers = made.desk.hooks
    assert (first["kind"], first["position"]) == ("1", 2)
    assert [it["performer"]["type"] for it in (agents, customers)] == [1, 2]
    for rule in made.desk.hooks:
        (action,) = rule["actions"]
        thin = made.takes(action["content"], action["custom_headers"], {"ticket.id": "7"})
        assert isinstance(thin, Thin)
        assert (thin.what, thin.ticket_id) == ("ticket", "7")


def test_the_guide_of_gorgias_shows_what_is_sent():
    guide = Path(__file__).parents[2] / "docs" / "helpdesks" / "gorgias.md"
    shown = [json.loads(it) for it in guide.read_text(encoding="utf-8").split("```")[1::2]]
    assert shown == [dict(it) for it in FORMS.values()]


def _rendered(template: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        template = template.replace(f"{{{{{name}}}}}", value)
    assert "{{" not in template
    return template
