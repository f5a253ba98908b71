"""Recognises mail that no person wrote now: absence notes, automatic replies, failed delivery.

Conservative: only whole phrases at the beginning count, since customers write about such mail
("my out-of-office reply does not work", "Delivery has failed again!"), and a customer taken for
a machine gets no answer.
"""

import re

OPENING = 400  # characters in which a machine says what it is
MAX_ABSENCE = 1_200  # characters; who writes more has something to say

_MACHINE = re.compile(
    r"[^\w\s]{0,3}(?:subject: )?(?:"
    r"(?:automatic reply|auto-?reply|auto reply|auto[- ]?response)\s*[:\]]|"
    r"delivery status notification\b|delivery has failed to these recipients|"
    r"mail delivery (?:failed: returning|system\b|subsystem\b)|undeliverable:|"
    r"undelivered mail returned|returned mail:|this is the mail system at host|"
    r"(?:address not found|message not delivered)\W+(?:your message|there was a problem)|"
    r"your message (?:wasn.t|was not|couldn.t be|could not be) delivered (?:to|because)\b|"
    r"this is an? (?:auto(?:mated|matic|matically[ -]generated)) "
    r"(?:message|e-?mail|mail|reply|response|notification)(?: to (?:confirm|inform|let))?"
    r"\s*(?:[.,;:!(\u2013\u2014-]|$|(?<=confirm)|(?<=inform)|(?<=let))|"
    r"this (?:message|e-?mail) (?:was|has been|is) (?:automatically generated|"
    r"generated automatically)\s*(?:[.,;:!(\u2013\u2014-]|$|by\b))",
    re.IGNORECASE | re.MULTILINE,
)
_ABSENT = re.compile(
    r"(?:(?:hi|hello|dear|good (?:day|morning|afternoon))\b[^\n.!?]{0,40}[\n,.!]\s*)?"
    r"(?:(?:thanks|thank you) (?:so much |very much )?for (?:your|the|contacting)"
    r"[^.!\n]{0,60}[.!]?\s*)?"
    r"(?:out of (?:the )?office\s*[:\]]|"
    r"(?:please note (?:that )?)?(?:i am|i.m|i will be|i.ll be) (?:currently |now )?"
    r"(?:out of (?:the )?office|away from (?:the|my) office|on vacation|on holiday|"
    r"on (?:annual |parental |maternity |paternity )?leave)\b)",
    re.IGNORECASE,
)
_RETURN = re.compile(
    r"\b(?:until|through|return(?:ing)?|be back|back (?:in the office )?on|limited access|"
    r"in my absence|while i am away|for urgent|if urgent|urgent matters)\b",
    re.IGNORECASE,
)


def is_automatic(text: str) -> bool:
    """Return whether a machine wrote this message, to judge by how it begins."""
    opening = text.lstrip()[:OPENING]
    if _MACHINE.match(opening):
        return True
    is_note = bool(_ABSENT.match(opening)) and len(text) <= MAX_ABSENCE and "?" not in text
    return is_note and bool(_RETURN.search(text))
