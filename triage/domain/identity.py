"""What an identity provider says of somebody, and which role that gives them here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from triage.domain.person import Role, fault_of_name


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody whom the provider vouches for."""

    subject: str  # of this issuer, for ever the same
    names: tuple[str, ...]  # what they may be called here, best first
    email: str | None  # None where the provider has not verified it
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class RoleMapping:
    """Which of the provider's groups give a role; without any, roles are given in Triage.

    With `agents` nobody is let in whose groups give no role.
    """

    supervisors: frozenset[str] = frozenset()
    admins: frozenset[str] = frozenset()
    agents: frozenset[str] = frozenset()

    def lets_in(self, groups: frozenset[str]) -> bool:
        """Return whether somebody of these groups may come in at all."""
        return not self.agents or bool(groups & (self.agents | self.supervisors | self.admins))

    def role_of(self, groups: frozenset[str]) -> Role | None:
        """Return the role that the groups give, the highest; None: the provider has no say."""
        if not (self.agents or self.supervisors or self.admins):
            return None
        if groups & self.admins:
            return Role.ADMIN
        return Role.SUPERVISOR if groups & self.supervisors else Role.AGENT


def identity_of(issuer: str, claims: Mapping[str, Any], role_claim: str) -> Identity:
    """Read what the provider says. Claims of another form than expected count as not said."""
    email = claims.get("email") if claims.get("email_verified") is True else None
    # only ASCII: lower-casing makes other letters of other alphabets the same
    is_address = isinstance(email, str) and "@" in email and email.isascii()
    address = str(email) if is_address else None
    said = (claims.get("preferred_username"), address, claims.get("name"), claims.get("sub"))
    names = (one.strip() for one in said if isinstance(one, str))
    return Identity(
        # issuers may use the same subject for different people
        subject=sha256(f"{issuer} {claims['sub']}".encode()).hexdigest(),
        names=tuple(dict.fromkeys(one for one in names if fault_of_name(one) is None)),
        email=address,
        groups=_groups(claims.get(role_claim)),
    )


def _groups(claim: Any) -> frozenset[str]:
    said = [claim] if isinstance(claim, str) else claim if isinstance(claim, list) else []
    return frozenset(one for one in said if isinstance(one, str))
