"""What can go wrong that a caller should know by name. Only `api/errors.py` knows HTTP status.

TriageError
├── UnknownSource
├── UnknownTicket
├── UnknownAgent
├── NotReadYet
├── ChangedMeanwhile
├── BadInput
└── StoreUnavailable
"""

from __future__ import annotations


class TriageError(Exception):
    """Something that Triage can say in one clear sentence."""


class UnknownSource(TriageError):
    """There is no source of that name."""


class UnknownTicket(TriageError):
    """There is no ticket of that id."""


class UnknownAgent(TriageError):
    """There is no agent of that id."""


class NotReadYet(TriageError):
    """The ticket is there, and no worker has read all of it yet."""


class ChangedMeanwhile(TriageError):
    """Somebody else, or the customer, was first; nothing was changed."""


class BadInput(TriageError):
    """What was given is not what was expected; the message says where and what was."""


class StoreUnavailable(TriageError):
    """The database does not answer; nothing was stored."""
