"""Runs over the interface: begun, looked at, steered; who may, and how errors are answered."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests.admitted import a_key
from tests.integration.rescoring import CALMER, Rescoring
from tests.integration.test_api import AS_SUPERVISOR, Service, on_sqlite
from triage.domain.person import Right
from triage.settings import Settings
from triage.store import access_tables
from triage.store.database import Database

ANGER = "My IBAN is GB33BUKB20201555555555 and I am full of anger"


class Both(Rescoring, Service):
    """The web process, and a worker that runs when it is told to."""

    def __init__(self, settings: Settings, database: Database) -> None:
        Service.__init__(self, settings, database)
        self.models = {}
        self.ways_given = 0
        self.bulk = self.a_worker()

    def post(self, path: str, body: Any = None, key: str = "") -> Any:
        headers = {"Authorization": f"Bearer {key}"} if key else AS_SUPERVISOR
        return self.client.post(f"/api/rescores{path}", json=body, headers=headers)


@pytest.fixture
def service(settings: Settings, database: Database) -> Any:
    made = Both(settings, database)
    with made.client:
        yield made


def test_a_run_goes_its_way_over_the_interface(service):
    service.decided("m1", ANGER)
    begun = service.post("", {"open": True, "policy": CALMER})
    assert (begun.status_code, begun.json()) == (201, {"run": 1})
    assert service.get("/api/rescores/1").json()["comparison"] is None
    service.scores(1)
    shown = service.get("/api/rescores/1").json()
    assert (shown["state"], shown["read"], shown["items"]) == ("scored", 1, {"pending": 1})
    (move,) = shown["comparison"]["moves"]
    assert (move["lane"], move["level"]) == (["charged", "standard"], [4, 1])
    assert "GB33" not in move["words"]
    assert "anger" in move["words"]
    assert service.post("/1/apply", {"rate": 500}).json()["state"] == "applying"
    assert service.post("/1/pause").json()["paused"] is True
    assert service.post("/1/resume").json()["paused"] is False
    service.applies(1)
    assert service.post("/1/undo").json()["state"] == "undoing"
    service.applies(1)
    (one,) = service.get("/api/rescores").json()
    assert (one["run"], one["state"], one["items"]) == (1, "undone", {"undone": 1})


@on_sqlite
def test_what_people_did_with_a_run_is_in_the_audit_log(service):
    service.decided("m1", ANGER)
    service.post("", {"open": True})
    service.post("/1/cancel")
    with service.database.reading() as connection:
        rows = list(connection.execute(select(access_tables.audit).order_by("id")))
    noted = [(it.action, it.about) for it in rows]
    assert noted == [("scored again", "run 1: 1 tickets"), ("scored again", "run 1: cancel")]


ERRORS = [
    ("", {}, 422, "which tickets?"),
    ("", {"query": "mood=bad"}, 422, "query: unknown word 'mood'"),
    ("", {"open": True, "policy": "version: a\nmood: 1\n"}, 422, "policy, line 2: unknown key"),
    ("", {"open": True, "playbook": "- a\n"}, 422, "playbook, line 1: expected"),
    ("", {"open": True, "model": "x"}, 422, "expected a folder's whole path"),
    ("", {"open": True, "rate": 0}, 422, "greater than 0"),
    ("", {"query": "lane=gentle"}, 422, "no ticket that was decided"),
    ("/7/pause", None, 404, "there is no run 7"),
    ("/1/undo", None, 409, "run 1 is scoring now; there is nothing to take back"),
]


@on_sqlite
@pytest.mark.parametrize(("path", "body", "status", "said"), ERRORS)
def test_what_is_wrong_is_answered_in_one_sentence(service, path, body, status, said):
    service.decided("m1", ANGER)
    service.post("", {"open": True})
    answer = service.post(path, body)
    assert answer.status_code == status
    assert said in answer.text


@on_sqlite
def test_who_may_only_read_sees_runs_and_begins_none(service):
    service.decided("m1", ANGER)
    service.post("", {"open": True})
    reader = a_key(service.database, scopes=[Right.READ])
    as_reader = {"Authorization": f"Bearer {reader}"}
    assert service.client.get("/api/rescores/1", headers=as_reader).status_code == 200
    assert service.post("", {"open": True}, reader).status_code == 403
    assert service.post("/1/cancel", None, reader).status_code == 403
    assert service.client.post("/api/rescores", json={"open": True}).status_code == 401
