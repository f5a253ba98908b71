"""A real server, a real browser, and a desk that the tests fill."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.page.served import AT_MOST, KEY, Complaints, Desk

QUIET = (
    "--no-sandbox",  # CI runs as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
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
    context = browser.new_context(base_url=served.address, locale="en-GB", timezone_id="UTC")
    context.set_default_timeout(AT_MOST)
    page = context.new_page()
    complaints.listen(page)
    yield page
    context.close()


@pytest.fixture
def supervisor(stranger: Page) -> Page:
    """A page of somebody who has logged in."""
    stranger.context.request.post("/login", form={"key": KEY})
    return stranger
