"""Masking: personal data in a text, made unreadable where it need not be read.

Found are e-mail addresses, telephone numbers, payment cards, bank accounts and national ids: by
their check digits and shapes, and by the words that name them. What agents work with stays: numbers
of orders, invoices and parcels, dates and prices. Pure: a text in, a text out.
"""

from triage.masking.kinds import Kind
from triage.masking.names import short_name
from triage.masking.text import Masked, Piece, mask

__all__ = ["Kind", "Masked", "Piece", "mask", "short_name"]
