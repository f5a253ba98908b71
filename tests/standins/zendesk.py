"""Zendesk: the incremental cursor export, comments, limits of the account and of the export."""

from __future__ import annotations

import re
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from starlette.requests import Request

from tests.standins.standin import Case, Reply, StandIn, Words

EMAIL, TOKEN = "bot@acme.example", "zendesk-t0ken-s3cret"
KNOWN = "Basic " + b64encode(f"{EMAIL}/token:{TOKEN}".encode()).decode()
CUSTOMER, AGENT = 8447, 8400
EXPORT = "/api/v2/incremental/tickets/cursor.json"
COMMENTS = re.compile(r"/api/v2/tickets/(\d+)/comments\.json")


def iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Zendesk(StandIn):
    """As `developer.zendesk.com` has it: what changed within the last minute is left out."""

    vendor = "zendesk"
    given: ClassVar = {"email": EMAIL, "token": TOKEN}

    def is_known(self, request: Request) -> bool:
        return request.headers.get("authorization") == KNOWN

    def counts(self, path: str) -> str:
        return "export" if "/incremental/" in path else "account"

    def said(self) -> dict[str, str]:
        if "account" not in self.limits:
            return {}
        left = str(self.left("account"))
        return {"x-rate-limit": str(self.limits["account"]), "x-rate-limit-remaining": left}

    def answer(self, request: Request, body: Any) -> Reply:
        path, query = request.url.path, dict(request.query_params)
        if request.method != "GET":
            return Reply(405, {"error": "MethodNotAllowed"})
        if path == "/api/v2/users/me.json":
            return Reply(body={"user": {"id": AGENT, "name": "Triage", "role": "admin"}})
        if path == EXPORT:
            return self._export(query)
        if (found := COMMENTS.fullmatch(path)) and int(found[1]) in self.cases:
            return self._comments(self.cases[int(found[1])], query)
        return Reply(404, {"error": "RecordNotFound", "description": "Not found"})

    def _export(self, query: dict[str, str]) -> Reply:
        if not 1 <= int(query.get("per_page", "1000")) <= 1000:
            return Reply(400, {"error": "InvalidValue"})
        if "cursor" in query:
            moment, number = urlsafe_b64decode(query["cursor"]).decode().split("|")
            after = (float(moment), int(number))
        elif "start_time" in query:
            after = (float(query["start_time"]), -1)
            if after[0] > self.clock().timestamp() - 60:
                return Reply(422, {"error": "StartTimeTooRecent"})
        else:
            return Reply(422, {"error": "InvalidStartTime"})
        end = (self.clock() - timedelta(minutes=1)).timestamp()
        rows = sorted(self.cases.values(), key=lambda it: (it.updated_at, it.id))
        left = [it for it in rows if after < (it.updated_at.timestamp(), it.id) and _at(it) <= end]
        page = left[: min(self.page, int(query.get("per_page", "1000")))]
        last = (_at(page[-1]), page[-1].id) if page else after
        cursor = urlsafe_b64encode(f"{last[0]}|{last[1]}".encode()).decode()
        told = [self._ticket(it) for it in page]
        return Reply(
            body={
                "tickets": told,
                "after_url": f"{self.address}{EXPORT}?cursor={cursor}",
                "after_cursor": cursor,
                "before_url": None,
                "before_cursor": None,
                "end_of_stream": len(left) == len(page),
            }
        )

    def _ticket(self, case: Case) -> dict[str, Any]:
        status = "deleted" if case.gone else "closed" if case.closed else "open"
        return {
            "id": case.id,
            "subject": case.subject,
            "description": case.words[0].text,
            "status": status,
            "created_at": iso(case.created_at),
            "updated_at": iso(case.updated_at),
            "requester_id": CUSTOMER,
            "submitter_id": CUSTOMER,
            "is_public": True,
            "tags": ["web_form"],
            "via": {"channel": "email"},
        }

    def _comments(self, case: Case, query: dict[str, str]) -> Reply:
        if case.gone:
            return Reply(404, {"error": "RecordNotFound", "description": "Not found"})
        page = int(query.get("page", "1"))
        words = case.words[(page - 1) * self.part : page * self.part]
        more = len(case.words) > page * self.part
        url = f"{self.address}/api/v2/tickets/{case.id}/comments.json?include=users&page={page + 1}"
        users = [
            {"id": CUSTOMER, "name": "Dana Reyes", "role": "end-user"},
            {"id": AGENT, "name": "Sam", "role": "agent"},
        ]
        body: dict[str, Any] = {"comments": [_comment(it) for it in words], "count": len(words)}
        body |= {"next_page": url if more else None, "previous_page": None}
        return Reply(body=body | ({"users": users} if "users" in query.get("include", "") else {}))


def _at(case: Case) -> float:
    return case.updated_at.timestamp()


def _comment(words: Words) -> dict[str, Any]:
    return {
        "id": words.id,
        "type": "Comment",
        "author_id": CUSTOMER if words.by == "customer" else AGENT,
        "body": words.text,
        "html_body": f"<p>{words.text}</p>",
        "plain_body": words.text,
        "public": words.public,
        "created_at": iso(words.at),
        "via": {"channel": "email"},
    }
