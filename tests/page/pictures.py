"""Pictures of the page for the docs: `python -m tests.page.pictures`.

The whole service with the real model, as `triage up` starts it, after the demo's working day; in
light and dark, at three widths. Look at them before they are committed.
"""

from __future__ import annotations

import base64
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.page.conftest import QUIET
from tests.servers import free_port, wait_until

WIDTHS = {390: 844, 1280: 800, 1920: 1080}
QUALITY = 70  # of 100, WebP
PASSWORD = "the horses of these pictures"
FOLDER = Path(__file__).parents[2] / "docs" / "images"
SETTLED = 4.0  # s after the demo until all is decided and drawn


def main() -> None:
    """Start, fill, look, and write."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        known = {"TRIAGE_DATA_FOLDER": folder, "TRIAGE_PORT": str(port)}
        known |= {"TRIAGE_ADMIN_PASSWORD": PASSWORD, "DATABASE_URL": "", "REDIS_URL": ""}
        command = [sys.executable, "-m", "triage.cli"]
        log = (Path(folder) / "log").open("wb")
        service = subprocess.Popen([*command, "up"], env=os.environ | known, stdout=log, stderr=log)
        try:
            wait_until(lambda: _answers(port), "the service", 90)
            demo = [*command, "demo", "--pace", "0.2"]
            subprocess.run(demo, env=os.environ | known, check=True, stdout=log)
            time.sleep(SETTLED)
            _look(f"http://127.0.0.1:{port}")
        finally:
            service.send_signal(signal.SIGINT)
            service.wait()
            log.close()


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _look(address: str) -> None:
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=[*QUIET]
        )
        for scheme in ("light", "dark"):
            context = browser.new_context(
                base_url=address, color_scheme=scheme, reduced_motion="reduce", locale="en-GB"
            )
            page = context.new_page()
            page.goto("/login")
            page.get_by_label("Name").fill("admin")
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Log in").click()
            page.wait_for_selector("#desk > li")
            for name, path in _places(page).items():
                for width, height in WIDTHS.items():
                    page.set_viewport_size({"width": width, "height": height})
                    page.goto(path)
                    if name == "trends":
                        page.locator("main svg.marks").first.wait_for()  # the first is drawn late
                    page.wait_for_timeout(2_000)
                    _write(page, FOLDER / f"{name}-{scheme}-{width}.webp")
        browser.close()


def _places(page: Page) -> dict[str, str]:
    """Return the pages to show; of the tickets the most charged one with a conversation."""
    row = page.locator("#desk > li:has(.spark)").first
    chosen = row if row.count() else page.locator("#desk > li").first
    ticket = chosen.get_attribute("data-id")
    places = {"desk": "/", "ticket": f"/tickets/{ticket}"}
    return places | {"team": "/team", "trends": "/trends", "alerts": "/alerts"}


def _write(page: Page, file: Path) -> None:
    tools = page.context.new_cdp_session(page)
    wanted = {"format": "webp", "quality": QUALITY}
    file.write_bytes(base64.b64decode(tools.send("Page.captureScreenshot", wanted)["data"]))
    tools.detach()


if __name__ == "__main__":
    main()
