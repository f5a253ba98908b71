"""The risks that a ticket may carry, by name: the vocabulary of model, rules and routing."""

from __future__ import annotations

from enum import StrEnum


class Flag(StrEnum):
    """A risk that decides who answers, whatever the emotion."""

    SELF_HARM = "self_harm"
    DANGER = "danger"
    BEREAVEMENT = "bereavement"
    VULNERABILITY = "vulnerability"
    CHURN = "churn"
    LEGAL = "legal"
    REGULATOR = "regulator"
    PRESS = "press"
    DISCRIMINATION = "discrimination"
    STAFF_ABUSE = "staff_abuse"
    MINOR = "minor"


#: What must not be missed: the model is made watchful for it, and no correction makes it less so.
URGENT = frozenset({Flag.SELF_HARM, Flag.DANGER, Flag.BEREAVEMENT})
