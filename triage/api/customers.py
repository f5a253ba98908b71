"""What is held of one customer, to hand out or to delete: for whoever administers."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, Field

from triage import disclose, erase
from triage.api.access import GUARDED, require
from triage.api.state import State, state_of
from triage.domain.person import Principal, Right

LONGEST_NAME = 254  # characters of an e-mail address

Parts = Annotated[State, Depends(state_of)]
Administrator = Annotated[Principal, Depends(require(Right.ADMINISTER))]
Source = Annotated[str, Path(min_length=1, max_length=64, description="its name")]
Customer = Annotated[
    str,
    Path(
        min_length=1,
        max_length=LONGEST_NAME,
        description="the helpdesk's number for them, or their e-mail address",
    ),
]

router = APIRouter(
    prefix="/api/customers",
    tags=["privacy"],
    responses=GUARDED | {404: {"description": "no such source, or nothing is held"}},
)


class HeldView(BaseModel):
    """All that is held of a customer: for each ticket, the rows of each table."""

    source: str
    customer: str
    held_at: str
    tickets: list[dict[str, Any]]
    deliveries_not_understood: list[dict[str, Any]]


class ErasedView(BaseModel):
    """What was deleted, or would be, as rows by table; what stays because it is open."""

    dry_run: bool
    rows: dict[str, int]
    left_open: int = Field(description="tickets; with open_too these go as well")
    scrubbed: bool = Field(description="false: SQLite's log still holds the text, delete again")


@router.get("/{source}/{customer}")
def show_customer(
    source: Source, customer: Customer, state: Parts, administrator: Administrator
) -> HeldView:
    """Show all that is held of one customer, unmasked (GDPR, articles 15 and 20)."""
    found = disclose.disclose(state.database, source, customer, administrator.name, state.clock())
    return HeldView(**found | {"held_at": found["held_at"].isoformat()})


@router.delete("/{source}/{customer}")
def erase_customer(
    source: Source,
    customer: Customer,
    state: Parts,
    administrator: Administrator,
    *,
    open_too: Annotated[bool, Query(description="also tickets that are not closed")] = False,
    dry_run: Annotated[bool, Query(description="only say what would go")] = False,
) -> ErasedView:
    """Delete all that is held of one customer (GDPR, article 17)."""
    act = erase.would_erase if dry_run else erase.erase
    by, now = administrator.name, state.clock()
    done = act(state.database, source, customer, open_too=open_too, by=by, now=now)
    return ErasedView(
        dry_run=dry_run, rows=done.rows, left_open=done.left_open, scrubbed=done.scrubbed
    )
