"""What is the matter with a source and what to do, in one sentence each.

The page's catalogue has these sentences, too: they are said in the language of whoever reads them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from gettext import NullTranslations
from typing import Final

from triage.domain.source_status import Signs, Trouble

ENGLISH: Final = NullTranslations()  # as it stands here


@dataclass(frozen=True, slots=True)
class Advice:
    """What is the matter with the source of that name, by its signs."""

    trouble: Trouble
    name: str
    signs: Signs

    def sentence(self, words: NullTranslations = ENGLISH) -> str:
        """Return the sentence, with its numbers."""
        signs = self.signs
        return _template(self.trouble, signs, words) % {
            "name": self.name,
            "given_up": f"{signs.given_up:,}",
            "minutes": signs.oldest_waits // timedelta(minutes=1),
            "refused": signs.refused_today,
            "unread": f"{signs.unread_today:,}",
            "writes": f"{signs.writes_lost:,}",
        }


def _template(trouble: Trouble, signs: Signs, words: NullTranslations) -> str:
    _, ngettext = words.gettext, words.ngettext
    return {
        Trouble.GIVEN_UP: ngettext(
            "%(given_up)s ticket could not be decided: open the dead tickets on the desk and try "
            "them again.",
            "%(given_up)s tickets could not be decided: open the dead tickets on the desk and try "
            "them again.",
            signs.given_up,
        ),
        Trouble.UNREAD: ngettext(
            "%(unread)s delivery of the last day could not be read: the reason says what was "
            "wrong and what was expected.",
            "%(unread)s deliveries of the last day could not be read: the reason says what was "
            "wrong and what was expected.",
            signs.unread_today,
        ),
        Trouble.WRITES: ngettext(
            "%(writes)s write to the helpdesk given up in the last day: the reason stands with "
            "the ticket.",
            "%(writes)s writes to the helpdesk given up in the last day: the reason stands with "
            "the ticket.",
            signs.writes_lost,
        ),
        Trouble.UNDECIDED: _(
            "A message waits for its decision since %(minutes)s min: see that a worker runs."
        ),
        Trouble.REFUSED: _(
            "What is sent now is refused as not authentic (%(refused)s today): enter this "
            "source’s secret at the helpdesk, or make a new one with: triage sources rotate "
            "%(name)s"
        ),
        Trouble.NEVER: _(
            "Nothing has arrived yet: enter the address at the helpdesk, then try the way in "
            "with: triage sources test %(name)s"
        ),
        Trouble.CREDENTIALS: _(
            "Events wait for their words: say how to call the helpdesk with: triage sources "
            "connect %(name)s"
        ),
        Trouble.BREAKER: _(
            "The helpdesk failed too often and is left alone for a while: try it with: triage "
            "sources test %(name)s"
        ),
        Trouble.READING: _(
            "The helpdesk or mailbox is not read as it should be: try it with: triage sources "
            "test %(name)s"
        ),
        Trouble.SILENT: _(
            "Nothing came for longer than is usual at this time of the week: if the desk is not "
            "quiet, try the way in with: triage sources test %(name)s"
        ),
    }[trouble]
