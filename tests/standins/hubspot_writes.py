"""HubSpot as it is written to: properties of a ticket, notes of the CRM."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from starlette.requests import Request

from tests.standins.standin import Case, Reply
from tests.standins.writable import Writable, bad, exactly, within
from tests.standins.zendesk import iso

TOKEN = "hubspot-t0ken-s3cret"
TICKET = re.compile(r"/crm/v3/objects/tickets/(\d+)")
NOTES = "/crm/v3/objects/notes"
KNOWN = ("hs_ticket_priority", "hubspot_owner_id", "triage_level")


@dataclass
class WrittenHubSpot(Writable):
    """Its tickets have no tags; its notes are records for colleagues."""

    vendor = "hubspot"
    given: ClassVar = {"token": TOKEN}
    field: ClassVar = "triage_level"
    always_private: ClassVar = True

    def is_known(self, request: Request) -> bool:
        return request.headers.get("authorization") == f"Bearer {TOKEN}"

    def answer(self, request: Request, body: Any) -> Reply:
        path, method = request.url.path, request.method
        if path == "/account-info/v3/details":
            return Reply(body={"portalId": 62515})
        if path == "/crm/v3/owners":
            found = [{"id": str(v), "email": k} for k, v in self.agents.items()]
            return Reply(body={"results": found})
        if path.startswith(NOTES) and method == "POST":
            return self._read_notes(body) if path.endswith("/batch/read") else self._note(body)
        if (found := TICKET.fullmatch(path)) and int(found[1]) in self.cases:
            return self._of_case(self.cases[int(found[1])], method, body)
        return Reply(404, {})

    def _of_case(self, case: Case, method: str, body: Any) -> Reply:
        if case.gone:
            return Reply(404, {})
        if method == "GET":
            return Reply(body=self._shown(case))
        on, good = self.on(case.id), exactly(body, "properties") and method == "PATCH"
        if self.is_refused(case) or not good or not within(body["properties"], *KNOWN):
            return bad()
        on.priority = body["properties"].get("hs_ticket_priority", on.priority)
        on.assignee = body["properties"].get("hubspot_owner_id", on.assignee)
        if "triage_level" in body["properties"]:
            on.fields["triage_level"] = body["properties"]["triage_level"]
        return self.took(Reply(body={}), note=False)

    def _shown(self, case: Case) -> dict[str, Any]:
        on = self.on(case.id)
        notes = [{"id": str(it.id)} for it in case.words if not it.public]
        return {
            "id": str(case.id),
            "properties": {
                "hs_ticket_priority": on.priority,
                "hubspot_owner_id": on.assignee,
                "closed_date": iso(case.updated_at) if case.closed else None,
                "triage_level": on.fields.get("triage_level"),
            },
            "updatedAt": iso(case.updated_at),
            **({"associations": {"notes": {"results": notes}}} if notes else {}),
        }

    def _note(self, body: Any) -> Reply:
        if not exactly(body, "properties", "associations"):
            return bad()
        (about,), said = body["associations"], body["properties"]
        case = self.cases[int(about["to"]["id"])]
        (kind,) = about["types"]
        known = kind["associationTypeId"] == 228 and exactly(said, "hs_timestamp", "hs_note_body")
        if self.is_refused(case) or not known or not said["hs_timestamp"]:
            return bad()
        self.says(case, said["hs_note_body"], public=False)
        return self.took(Reply(201, {"id": "1"}))

    def _read_notes(self, body: Any) -> Reply:
        asked = {it["id"] for it in body["inputs"]}
        words = [it for case in self.cases.values() for it in case.words if str(it.id) in asked]
        return Reply(body={"results": [{"properties": {"hs_note_body": it.text}} for it in words]})
