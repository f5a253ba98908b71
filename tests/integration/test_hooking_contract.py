"""What making a webhook promises for every helpdesk, each against its own stand-in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.standins.hooked import HOOKED, Hooked
from tests.standins.pulling import Leaping, Pulled, connected
from tests.standins.standin import Reply, served
from triage.errors import BadInput, HelpdeskAway, HelpdeskRefuses
from triage.helpdesks.hooking.registry import HOOKINGS
from triage.make_webhook import make_webhook
from triage.settings import Settings
from triage.store import schema, sources
from triage.store.sources import Vault

ADDRESS = "https://triage.example.com/webhooks/desk"
BROKEN = {"webhooks": 7, "payload": 7, "_embedded": 7}
OURS = "s" * 32  # the secret with which the source was made


@dataclass
class Made:
    """A connected source whose helpdesk is a stand-in with webhooks."""

    pulled: Pulled
    desk: Any  # a Hooked stand-in
    settings: Settings

    def hook(self) -> str:
        return make_webhook(self.pulled.database, self.settings, "desk")

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
    made.desk.fails("/webhooks", Reply(422, {"error": "no more webhooks for you"}))
    with pytest.raises(HelpdeskAway, match="GET /webhooks: answered with status 422"):
        made.hook()
    assert made.secrets() == (OURS,)


@pytest.mark.parametrize("broken", [[], "text", BROKEN, [{"endpoint": 1}]])
def test_an_answer_of_another_kind_is_a_sentence(made: Made, broken: Any):
    made.desk.mutate = lambda path, body: broken if path.endswith("/webhooks") else body
    with pytest.raises(HelpdeskAway):
        made.hook()
    assert made.secrets() == (OURS,)


def test_without_a_public_address_nothing_is_made_where_it_would_lead_nowhere(made: Made):
    made.settings = made.settings.model_copy(update={"public_url": ""})
    if made.desk.vendor in {"zendesk", "helpscout"}:
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
