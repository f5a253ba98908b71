"""A real server, a real browser, and a desk that the tests fill."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.page.served import AT_MOST, Complaints, Desk
from triage.api.cookies import SESSION
from triage.domain.person import Role

QUIET = (
    "--no-sandbox",  # CI runs as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP triage.test 127.0.0.1",  # no name that browsers trust like https
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("no chromium here; CI has one")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=list(QUIET))
        yield started
        started.close()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = Desk(tmp_path_factory.mktemp("desk"))
    made.world.hire()
    made.start()
    yield made
    made.close()


@pytest.fixture
def desk(served: Desk) -> Desk:
    served.is_emptied()
    return served


@pytest.fixture
def complaints() -> Complaints:
    return Complaints()


@pytest.fixture
def stranger(browser: Browser, served: Desk, complaints: Complaints) -> Iterator[Page]:
    """A page of somebody without a session."""
    with window(browser, served, complaints) as page:
        yield page


@pytest.fixture
def agent(browser: Browser, served: Desk, complaints: Complaints) -> Iterator[Page]:
    """A page of an agent who has logged in: they may look."""
    with window(browser, served, complaints, Role.AGENT) as page:
        yield page


@pytest.fixture
def supervisor(browser: Browser, served: Desk, complaints: Complaints) -> Iterator[Page]:
    """A page of a supervisor who has logged in: they may look and decide."""
    with window(browser, served, complaints, Role.SUPERVISOR) as page:
        yield page


@pytest.fixture
def admin(browser: Browser, served: Desk, complaints: Complaints) -> Iterator[Page]:
    """A page of somebody who administers and has logged in: they may do everything."""
    with window(browser, served, complaints, Role.ADMIN) as page:
        yield page


@contextmanager
def window(
    browser: Browser, served: Desk, complaints: Complaints, role: Role | None = None
) -> Iterator[Page]:
    """A browser of its own, of whoever has this role."""
    context = browser.new_context(base_url=served.address, locale="en-GB", timezone_id="UTC")
    context.set_default_timeout(AT_MOST)
    if role:
        cookie = {"name": SESSION, "value": served.session_of(role), "url": served.address}
        context.add_cookies([cookie])
    page = context.new_page()
    complaints.listen(page)
    yield page
    context.close()
