"""Try a source's way in as its helpdesk would: one event signed well, one signed badly.

Both go to the public address. Neither is stored: the first is of a kind that is ignored, the second
must be refused. What is asked from this machine tells nothing of a wall further out.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

from triage.check import Check, clock
from triage.errors import BadInput, TriageError
from triage.helpdesks.call import Response
from triage.helpdesks.clicks import CLICKS
from triage.helpdesks.event import Malformed
from triage.helpdesks.registry import ANSWERS, HELPDESKS
from triage.outbound.addresses import PrivateHosts, base_of
from triage.outbound.client import AnswerRefused, Client, Unreachable
from triage.ports import Clock, utcnow
from triage.settings import Settings
from triage.store.sources import Source

TAKEN, UNAUTHENTIC, UNKNOWN = 200, frozenset({401, 403}), 404
WHOLE = 10.0  # s: as long as an impatient helpdesk waits

PUBLIC = "public address"


def way_in(settings: Settings, source: Source, now: Clock = utcnow) -> Iterator[Check]:
    """Yield whether the public address answers, takes what is signed well, and refuses the rest."""
    address, helpdesk = settings.webhook(source.name), HELPDESKS[source.vendor]
    good = helpdesk.trial(source.secrets[0], address, now())
    try:
        with closing(_client(address)) as client:
            path = urlsplit(address).path
            answer = client.post(path, good.headers, good.body)
            yield _reached(settings, source.vendor, answer)
            if answer.status not in {TAKEN, *UNAUTHENTIC}:
                return
            bad = helpdesk.trial(helpdesk.new_secret(), address, now())
            refusal = client.post(path, bad.headers, bad.body)
            yield _signature(source.vendor, answer, refusal)
            yield clock(answer, "the public address", now())
    except (Unreachable, AnswerRefused, BadInput) as error:
        yield Check(PUBLIC, _nobody(settings, error), good=False)


def _client(address: str) -> Client:
    """Return what calls our own address, which the operator set: private is as good as public."""
    found = urlsplit(address)
    private = PrivateHosts(frozenset({((found.hostname or "").lower(), None)}))
    root = f"{found.scheme}://{found.netloc}"
    return Client(base_of(root, private), {}, whole=WHOLE)


def _nobody(settings: Settings, error: TriageError) -> str:
    behind = " and look at the proxy before it" if settings.public_url else ""
    return f"{settings.address}: {error}; start Triage with make up{behind}"


def _reached(settings: Settings, vendor: str, answer: Response) -> Check:
    base = settings.address
    if answer.status == UNKNOWN:
        said = f"{base} answers, and knows no such source: is that this installation?"
        return Check(PUBLIC, said, good=False)
    if answer.status not in {TAKEN, *UNAUTHENTIC}:
        return Check(PUBLIC, f"{base} answers with status {answer.status}", good=False)
    if settings.public_url:
        return Check(PUBLIC, f"{base} answers")
    unset = "TRIAGE_PUBLIC_URL is not set, so a helpdesk cannot reach this machine from outside"
    return Check(PUBLIC, f"{base} answers; {unset}", good=not CLICKS[vendor].hosted)


def _signature(vendor: str, answer: Response, refusal: Response) -> Check:
    if refusal.status not in UNAUTHENTIC:
        said = f"a wrong signature was answered with status {refusal.status}, expected 401"
        return Check("signature", said, good=False)
    if answer.status != TAKEN:
        said = (
            f"a good signature was refused ({answer.status}): is the running service's database "
            "this one, TRIAGE_PUBLIC_URL the address that was called, and the clock right?"
        )
        return Check("signature", said, good=False)
    if not _is_ignored(vendor, answer):
        return Check("signature", "what answers there is not Triage", good=False)
    return Check("signature", "a good one was taken, a wrong one refused")


def _is_ignored(vendor: str, answer: Response) -> bool:
    """Return whether the test event was taken for what it is."""
    if told := ANSWERS.get(vendor):
        return answer.body == told.body.encode()
    try:
        return answer.json()["status"].value == "ignored"
    except Malformed:
        return False
