"""Passwords: hashed with argon2id, compared in the same time whether the person is known or not."""

from __future__ import annotations

import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's password storage cheat sheet, first choice for argon2id
MEMORY = 47_104  # KiB
ROUNDS = 1
LANES = 1
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another
GROUPS, GROUP = 4, 5  # 20 letters of 31: 99 bits


class Passwords:
    """Hashes and compares passwords; whoever asks spends the same time for nobody."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher(
            time_cost=ROUNDS, memory_cost=MEMORY, parallelism=LANES
        )
        self._nobodys = self._hasher.hash(secrets.token_urlsafe())

    def hash(self, password: str) -> str:
        """Return what is kept of a password."""
        return self._hasher.hash(_normal(password))

    def fits(self, kept: str | None, password: str) -> bool:
        """Return whether this is the password; without one it is not, after the same time."""
        try:
            fits = self._hasher.verify(kept or self._nobodys, _normal(password))
        except (VerificationError, InvalidHashError):
            return False
        return fits and kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Return whether a hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(kept)


def random_password() -> str:
    """Return a password to be shown once."""
    groups = ("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))
    return "-".join(groups)


def _normal(password: str) -> str:
    """Return one form for what different keyboards send as the same letters."""
    return unicodedata.normalize("NFKC", password)
