"""Where calls may go: the host that was set for an account, over TLS, at addresses of the internet.

A name that leads into this machine's own network is refused, so that nobody who can set an account
or answer for its name can have us ask what only we can reach. Desks of one's own are named in
`TRIAGE_OUTBOUND_PRIVATE_HOSTS`: those may be private, and plain http.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from triage.errors import BadInput

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

PORTS = {"https": 443, "http": 80}
SETTING = "TRIAGE_OUTBOUND_PRIVATE_HOSTS"
HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?|\[[0-9a-f:.]+\]", re.IGNORECASE)
LONGEST_HOST = 253
PATH = re.compile(r"[A-Za-z0-9._~/-]*")

#: Version 6 networks whose addresses carry one of version 4, and where in it.
_NAT64 = tuple(ipaddress.IPv6Network(it) for it in ("64:ff9b::/96", "::ffff:0:0:0/96", "::/96"))
#: What some versions of Python take for global: of protocols and of translators in the house.
_LOCAL = tuple(ipaddress.ip_network(it) for it in ("192.0.0.0/24", "64:ff9b:1::/48"))


class AddressRefused(BadInput):
    """A host that no call may go to; the message says which, and what would let it."""


@dataclass(frozen=True, slots=True)
class PrivateHosts:
    """The hosts that may be private or plain http, each with one port or with any."""

    known: frozenset[tuple[str, int | None]] = frozenset()

    @classmethod
    def named(cls, text: str) -> PrivateHosts:
        """Return the hosts that a setting names, by commas. Raises BadInput."""
        return cls(frozenset(_named(it.strip()) for it in text.split(",") if it.strip()))

    def holds(self, host: str, port: int) -> bool:
        return (host, None) in self.known or (host, port) in self.known


def _named(text: str) -> tuple[str, int | None]:
    try:
        found = urlsplit(f"//{text}")
        good = found.hostname and not (found.path or found.query or found.username)
        port = found.port
    except ValueError:
        good, port = False, None
    if not good or found.hostname is None:
        raise BadInput(f"{SETTING}: {text[:60]!r}: expected host or host:port, by commas")
    return found.hostname, port


@dataclass(frozen=True, slots=True)
class Base:
    """The address of an account, taken apart; all its calls go there."""

    scheme: str
    host: str
    port: int
    path: str
    may_be_private: bool

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def base_of(address: str, private: PrivateHosts) -> Base:
    """Return the address taken apart. Raises AddressRefused for what may not be called."""
    if not (address.isascii() and address.isprintable()) or " " in address:
        raise AddressRefused("address: expected https://host in plain letters, without spaces")
    try:
        found = urlsplit(address)
        scheme, host = found.scheme, (found.hostname or "").lower()
        port = found.port or PORTS.get(scheme, 0)
    except ValueError as error:
        raise AddressRefused(f"address {address[:100]!r}: expected https://host") from error
    if scheme not in PORTS or "@" in found.netloc or found.query or found.fragment:
        raise AddressRefused(f"address {address[:100]!r}: expected https://host, without more")
    if not _is_host(host) or not PATH.fullmatch(found.path) or ".." in found.path:
        raise AddressRefused(f"address {address[:100]!r}: expected a host's name and a plain path")
    known = private.holds(host, port)
    if not known and (scheme, port) != ("https", PORTS["https"]):
        raise AddressRefused(
            f"address {address[:100]!r}: expected https at port 443; "
            f"for a desk of your own set {SETTING}={host}:{port}"
        )
    return Base(scheme, host, port, found.path.rstrip("/"), known)


def _is_host(host: str) -> bool:
    shown = f"[{host}]" if ":" in host else host
    return len(host) <= LONGEST_HOST and bool(HOST.fullmatch(shown))


def resolve(base: Base) -> list[str]:
    """Return the addresses to connect to. Raises AddressRefused if any is private, and OSError.

    All must be public: a name that leads to both would be asked until it gives the private one.
    """
    found = socket.getaddrinfo(base.host, base.port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        if not base.may_be_private and not is_public(address):
            raise AddressRefused(
                f"host {base.host} leads to {address}, which is private; "
                f"if that is a desk of your own, set {SETTING}={base.host}:{base.port}"
            )
    return addresses


def is_public(address: str) -> bool:
    """Return whether an address belongs to a machine on the internet, however it is written."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(_is_global(it) for it in (found, *_within(found)))


def _is_global(address: IpAddress) -> bool:
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not getattr(address, "is_site_local", False)
        and not any(address in network for network in _LOCAL)
    )


def _within(address: IpAddress) -> list[IpAddress]:
    """Return the version 4 addresses that a version 6 one stands for."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    found: list[IpAddress] = [it for it in (address.ipv4_mapped, address.sixtofour) if it]
    found.extend(address.teredo or ())
    if any(address in network for network in _NAT64):
        found.append(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF))
    return found
