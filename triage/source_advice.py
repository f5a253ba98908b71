"""What is the matter with a source and what to do, in one sentence each."""

from __future__ import annotations

from triage.domain.source_status import Signs, Trouble

SENTENCES = {
    Trouble.GIVEN_UP: (
        "{given_up} could not be decided: open the dead tickets on the desk and try them again."
    ),
    Trouble.UNDECIDED: (
        "A message waits for its decision since {minutes} min: see that a worker runs."
    ),
    Trouble.REFUSED: (
        "What is sent now is refused as not authentic ({refused} today): enter this source’s "
        "secret at the helpdesk, or make a new one with: triage sources rotate {name}"
    ),
    Trouble.NEVER: (
        "Nothing has arrived yet: enter the address at the helpdesk, then try the way in with: "
        "triage sources test {name}"
    ),
    Trouble.UNREAD: (
        "{unread} of the last day could not be read: the reason says what was wrong and what "
        "was expected."
    ),
    Trouble.CREDENTIALS: (
        "Events wait for their words: say how to call the helpdesk with: "
        "triage sources connect {name}"
    ),
    Trouble.BREAKER: (
        "The helpdesk failed too often and is left alone for a while: try it with: "
        "triage sources test {name}"
    ),
    Trouble.READING: (
        "The helpdesk or mailbox is not read as it should be: try it with: "
        "triage sources test {name}"
    ),
    Trouble.WRITES: (
        "{writes} to the helpdesk given up in the last day: the reason stands with the ticket."
    ),
    Trouble.SILENT: (
        "Nothing came for longer than is usual at this time of the week: if the desk is not "
        "quiet, try the way in with: triage sources test {name}"
    ),
}


def advice(trouble: Trouble, name: str, signs: Signs) -> str:
    """Return the sentence, with its numbers."""
    return SENTENCES[trouble].format(
        name=name,
        given_up=_number(signs.given_up, "ticket"),
        minutes=int(signs.oldest_waits.total_seconds() // 60),
        refused=signs.refused_today,
        unread=_number(signs.unread_today, "delivery", "deliveries"),
        writes=_number(signs.writes_lost, "write"),
    )


def _number(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"
