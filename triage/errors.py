"""What can go wrong that a caller should know by name. Only `api/errors.py` knows HTTP status.

TriageError
├── UnknownSource
├── UnknownTicket
├── UnknownAgent
├── UnknownCustomer
├── UnknownPerson
├── UnknownRun
├── NotConnected
├── HelpdeskAway
├── HelpdeskRefuses
├── NotReadYet
├── ChangedMeanwhile
├── NotAllowed
├── NotLoggedIn
├── TooManyTries
├── ProviderUnavailable
├── BadInput (a file: yamlfile.BadFile)
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


class UnknownCustomer(TriageError):
    """Nothing is held of that customer."""


class UnknownPerson(TriageError):
    """There is no person of that name."""


class NotConnected(TriageError):
    """Nobody said how this source's helpdesk is called."""


class HelpdeskAway(TriageError):
    """A helpdesk does not answer, or not as it should; later it may."""


class HelpdeskRefuses(TriageError):
    """A helpdesk does not take our credentials, or they lack a right, or it sends us elsewhere."""


class UnknownRun(TriageError):
    """There is no run of that number that scores tickets again."""


class NotAllowed(TriageError):
    """Whoever asks is known, and may not do that."""


class NotLoggedIn(TriageError):
    """What was given opens no session; the message never says which part was wrong."""


class TooManyTries(TriageError):
    """Too many passwords were wrong; nothing was looked at."""

    def __init__(self, seconds: int) -> None:
        """`seconds` until the next attempt is looked at."""
        minutes = -(-seconds // 60)
        super().__init__(
            "Too many passwords were wrong. "
            f"Wait {minutes} minute{'' if minutes == 1 else 's'}, then try again."
        )
        self.seconds = seconds


class ProviderUnavailable(TriageError):
    """The identity provider does not answer, or not as it should."""


class NotReadYet(TriageError):
    """The ticket is there, and no worker has read all of it yet."""


class ChangedMeanwhile(TriageError):
    """Somebody else, or the customer, was first; nothing was changed."""


class BadInput(TriageError):
    """What was given is not what was expected; the message says where and what was."""


class StoreUnavailable(TriageError):
    """The database does not answer; nothing was stored."""
