"""The pages of runs that score again: begun, watched, compared, applied, taken back."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Path, Response, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse

from triage import rescore, rescored
from triage.api.access import require
from triage.api.rescore_schemas import LONGEST_FILE
from triage.api.schemas import LARGEST_ID, Text
from triage.api.state import State
from triage.asked_tickets import LONGEST
from triage.domain.person import Principal, Right
from triage.domain.rescoring import AT_WORK, CHANGES, ItemState, Verb
from triage.errors import BadInput, ChangedMeanwhile, TriageError, UnknownRun
from triage.page.shell import Decider, Reader, ReadState, fragment, page
from triage.rescore import Asked, Looked
from triage.rescore_by import asked_of, in_force
from triage.rescore_report import counts

router = APIRouter(prefix="/rescores", default_response_class=HTMLResponse)
RunNumber = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Said = Annotated[Text, Form(max_length=LONGEST)]
NOT_AS_ASKED = 422


@router.get("")
def show_all(state: ReadState, viewer: Reader) -> Response:
    """The runs, newest first, and how to begin one."""
    return _listed(state, viewer)


def _listed(state: State, viewer: Principal, wrong: str = "", **asked: str) -> Response:
    runs = [(it, counts(it)) for it in rescore.look_at_all(state.database)]
    status = NOT_AS_ASKED if wrong else 200
    usual = {"which": "open", "since": "", "query": "", "model": ""} | asked
    return page("rescores.html", viewer, status, runs=runs, wrong=wrong, asked=usual)


@router.post("")
def begin(
    state: ReadState,
    decider: Decider,
    which: Annotated[str, Form(pattern="^(open|since|query)$")] = "open",
    since: Said = "",
    query: Said = "",
    model: Annotated[Text, Form(max_length=rescore.LONGEST_FOLDER)] = "",
    policy: Annotated[UploadFile | None, File()] = None,
    playbook: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Begin a run; what is wrong stands beside the form."""
    try:
        files = asked_of(state.settings, None, None, None) | _sent(policy, playbook)
        asked = Asked(
            **files | {"model_folder": model.strip() or None},
            open=which == "open",
            since=since.strip() if which == "since" else "",
            query=query.strip() if which == "query" else "",
        )
        run = rescore.start(state.database, asked, decider, state.clock())
    except TriageError as error:
        said = {"which": which, "since": since, "query": query, "model": model}
        return _listed(state, decider, str(error), **said)
    return RedirectResponse(f"/rescores/{run}", 303)


def _sent(policy: UploadFile | None, playbook: UploadFile | None) -> dict[str, Any]:
    """Return the texts of the files that were sent, and what they are called where one is wrong."""
    texts = {"policy": _text(policy, "policy"), "playbook": _text(playbook, "playbook")}
    return {name: it for name, it in texts.items() if it is not None} | (
        {"names": ("the policy", "the playbook")} if any(texts.values()) else {}
    )


def _text(file: UploadFile | None, name: str) -> str | None:
    if file is None or not file.filename:
        return None
    content = file.file.read(LONGEST_FILE + 1)
    if len(content) > LONGEST_FILE:
        raise BadInput(f"{name}: expected a file of {LONGEST_FILE:,} bytes at most")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise BadInput(f"{name}: expected a UTF-8 file ({error})") from error


@router.get("/{run}")
def show(run: RunNumber, state: ReadState, viewer: Reader) -> Response:
    """One run with all there is to see."""
    try:
        values = _values(state, run)
    except UnknownRun as error:
        return page("rescore_missing.html", viewer, 404, said=str(error))
    return page("rescore.html", viewer, **values)


@router.get("/{run}/now", dependencies=[Depends(require(Right.READ))])
def show_now(run: RunNumber, state: ReadState, viewer: Reader) -> Response:
    """The part of the page that changes, for its script."""
    return HTMLResponse(fragment("rescore_now.html", viewer=viewer, **_values(state, run)))


@router.post("/{run}/{verb}")
def act(
    run: RunNumber,
    verb: Verb,
    state: ReadState,
    decider: Decider,
    rate: Annotated[float | None, Form(allow_inf_nan=False)] = None,
) -> Response:
    """Do something with a run; what cannot be done is said on its page."""
    try:
        rescore.act(state.database, run, verb, decider, state.clock(), rate)
    except (BadInput, ChangedMeanwhile) as error:
        values = _values(state, run) | {"wrong": str(error)}
        return page("rescore.html", decider, 409, **values)
    return RedirectResponse(f"/rescores/{run}", 303)


def _values(state: State, number: int) -> dict[str, Any]:
    looked = rescore.look(state.database, number)
    done, whole = counts(looked)
    return {
        "run": looked.run,
        "state": looked.state,
        "items": looked.progress,
        "pending": looked.progress.of(ItemState.PENDING),
        "applied": looked.progress.of(ItemState.APPLIED),
        "done": done,
        "whole": whole,
        "works": looked.state in AT_WORK and not looked.run.paused,
        "it": rescored.comparison(state.database, looked.run),
        "not_done": rescored.not_done(state.database, number),
        "other": _other(state, looked),
        "changes": CHANGES,
        "states": ItemState,
        "wrong": "",
    }


def _other(state: State, looked: Looked) -> str:
    """Return by what the run decides that is not in force; nothing where its files are bad now."""
    try:
        return rescored.not_in_force(looked.run, *in_force(state.settings))
    except TriageError:
        return ""
