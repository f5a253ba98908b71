"""Paths of our own that a browser may be led to after a log-in; never another host."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

LONGEST = 500  # characters
HERE = "/"
NEVER = ("/login", "/logout")  # they would lead in a circle


def own_path(asked: str) -> str:
    """Return the path that was asked for where it is one of ours, else the desk's.

    Browsers read a backslash as a slash, skip tabs and line ends, and take `//host` for a host.
    """
    ours = asked.startswith("/") and not asked.startswith("//") and len(asked) <= LONGEST
    plain = asked.isprintable() and asked.isascii() and "\\" not in asked and " " not in asked
    if not ours or not plain:
        return HERE
    parts = urlsplit(asked)
    return HERE if parts.netloc or parts.path.startswith(NEVER) else asked


def log_in_path(then: str) -> str:
    """Return the path of the log-in that leads on to `then`."""
    return "/login" if own_path(then) == HERE else f"/login?next={quote(then, safe='/')}"
