"""The words before a number, which say what it is: an order's, a telephone's, a person's.

They are read in what is shown, not in what was written: masked again, a text says the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

LOOKED_AT = 60  # characters before a number
MOST_BETWEEN = 3  # words between a thing and its number: "order number is"


class Context(Enum):
    """What a number is said to be."""

    UNSAID = "unsaid"
    REFERENCE = "reference"  # to an order, a parcel, an amount: what agents work with
    PHONE = "phone"
    IDENTITY = "identity"


@dataclass(slots=True)
class Tail:
    """The end of what has been shown so far."""

    text: str = ""

    def add(self, shown: str) -> None:
        self.text = (self.text + shown[-LOOKED_AT:])[-LOOKED_AT:]

    def context(self) -> Context:
        """Return what the next number is said to be; the nearest word counts."""
        if _SIGNED.search(self.text):
            return Context.REFERENCE
        said = [(it[1].lower(), it[2]) for it in _WORD.finditer(self.text)]
        if _is_reference(said):
            return Context.REFERENCE
        return next(_named([word for word, _ in said]), Context.UNSAID)


def _is_reference(said: Sequence[tuple[str, str]]) -> bool:
    """Whether the words end with a thing, and at most a "number is" between it and the number."""
    for word, gap in reversed(said[-MOST_BETWEEN - 1 :]):
        if _APART.search(gap) or (gap.startswith(".") and word not in _ABBREVIATED):
            return False
        if word in _THINGS or word.startswith(_STEMS) or word.endswith(_ENDS):
            return True
        if word not in _BETWEEN:
            return False
    return False


def _named(words: Sequence[str]) -> Iterator[Context]:
    """Yield what the words name, the nearest first."""
    for before, word in reversed(list(pairwise(["", *words]))):
        said = {word, f"{before} {word}"}
        if not said.isdisjoint(_PHONES) or word.startswith(_PHONE_STEMS):
            yield Context.PHONE
        elif not said.isdisjoint(_IDENTITIES) or word.startswith(_IDENTITY_STEMS):
            yield Context.IDENTITY


def _words(text: str) -> frozenset[str]:
    """Return the words of a list; `_` joins two that stand together."""
    return frozenset(word.replace("_", " ") for word in text.split())


_WORD = re.compile(r"(\w+)(\W*)")
_SIGNED = re.compile(r"(?:#|№|[€$£¥₹]\s?)$")
_APART = re.compile(r"[,;!?\n•…]")
_ABBREVIATED = frozenset({"no", "nr", "num", "ref", "nº", "n"})
_BETWEEN = _words(
    """
    number numbers no nr num code is was are were nummer numéro numero número numer nº n de del der
    des of the my your ist war lautet est es
    """
)
_THINGS = _words(
    """
    order orders invoice invoices bill ticket tickets case cases ref refs reference tracking track
    parcel parcels package packages shipment consignment booking bookings reservation confirmation
    transaction transactions receipt sku item items product products part article serial imei model
    version build contract policy claim quote customer member user account id isbn ean gtin asin
    commande commandes facture factures colis suivi dossier contrat réservation pedido pedidos
    factura facturas envío envio seguimiento reserva encomenda fatura ordine fattura spedizione
    """
)
_STEMS = (
    "bestell", "rechnung", "auftrag", "sendung", "paket", "kunden", "vertrag", "buchung", "vorgang",
    "artikel", "zamówien", "faktur", "przesyłk", "factuur", "beställning", "ordre",
)  # fmt: skip
_ENDS = ("bestellung", "rechnung", "auftrag", "sendung", "buchung")
_PHONES = _words(
    """
    phone telephone tel mobile cell cellphone landline whatsapp fax sms call_me call_us call_him
    call_her ring_me text_me reach_me phone_me dial_me rufnummer portable fixe móvil movil teléfono
    telefono celular telemóvel telefone cellulare telefoon
    """
)
_PHONE_STEMS = ("telefon", "handy", "mobil", "festnetz", "rückruf", "télépho", "telepho", "komórk")
_IDENTITIES = _words(
    """
    ssn social_security social_insurance sin national_insurance nino nhs tax_id tax_file tax_number
    tfn itin national_id id_card identity_card driving_licence driving_license driver_s bsn idnr
    steuer_id steuernummer sv_nummer svnr cpf nif nie dni pesel aadhaar aadhar pan_card personnummer
    cpr henkilötunnus hetu rodné_číslo oib cnp egn kimlik ahv avs nir sécurité_sociale passeport
    codice_fiscale carta_d pasaporte curp rfc medicare
    """
)
_IDENTITY_STEMS = (
    "passport", "burgerservice", "steueridentifikation", "sozialversicherung", "ausweis",
    "personalausweis", "reisepass", "führerschein", "paszport",
)  # fmt: skip
