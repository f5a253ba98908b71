"""`triage alerts test`, and the process that looks and sends, each for itself."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.receivers import Mailbox, WebhookServer, mail_server
from tests.servers import wait_until

MAIL = {"TRIAGE_ALERT_MAIL_FROM": "t@shop.example", "TRIAGE_ALERT_MAIL_TO": "a@shop.example"}


@pytest.fixture
def server():
    made = WebhookServer([200])
    yield made
    made.close()


def test_every_channel_is_tried_and_each_is_said(triage, server, monkeypatch):
    box = Mailbox(codes=["250 OK"])
    monkeypatch.setenv("TRIAGE_ALERT_WEBHOOK", server.url)
    monkeypatch.setenv("TRIAGE_PUBLIC_URL", "https://triage.shop.example/")
    with mail_server(box) as port:
        for name, value in ({"TRIAGE_SMTP_URL": f"smtp://127.0.0.1:{port}"} | MAIL).items():
            monkeypatch.setenv(name, value)
        done = triage("alerts", "test")
        assert (done.returncode, done.stdout) == (0, "webhook: sent\ne-mail: sent\n")
        server.statuses = [404]
        failed = triage("alerts", "test")
    assert failed.returncode == 1
    assert failed.stdout == "webhook: not sent: answered with status 404\ne-mail: sent\n"
    assert server.got[0]["text"].endswith(
        "nothing has happened. https://triage.shop.example/alerts"
    )
    assert "s3cret" not in done.stdout + done.stderr + failed.stdout + failed.stderr


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({}, "no channel is set: expected TRIAGE_ALERT_WEBHOOK or TRIAGE_SMTP_URL"),
        ({"TRIAGE_ALERT_WEBHOOK": "file:///s3cret"}, "TRIAGE_ALERT_WEBHOOK: expected an address"),
        ({"TRIAGE_SMTP_URL": "smtp://u:s3cret@h"}, "TRIAGE_ALERT_MAIL_FROM and _TO must be set"),
    ],
)
def test_a_bad_setting_is_said_in_one_sentence_that_shows_no_secret(
    triage, monkeypatch, values, says
):
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    done = triage("alerts", "test")
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert "s3cret" not in done.stderr


def test_the_sweeps_process_raises_and_sends_without_any_worker(installed, server, tmp_path: Path):
    with installed() as world:
        ticket = world.accept("m1", "I want to end my life, I see no way out")
        world.decide(ticket)
    known = {"TRIAGE_DATA_FOLDER": str(tmp_path / "data"), "TRIAGE_ALERT_WEBHOOK": server.url}
    quiet = {"DATABASE_URL": "", "REDIS_URL": ""}
    log = (tmp_path / "log").open("w+b")
    command = [sys.executable, "-m", "workers.schedule"]
    two = [subprocess.Popen(command, env=os.environ | known | quiet, stderr=log) for _ in range(2)]
    try:
        wait_until(lambda: len(server.got) > 0, "an alert", patience=60)
        with pytest.raises(AssertionError):
            wait_until(lambda: len(server.got) > 1, "a second one", patience=5)
    finally:
        for process in two:
            process.terminate()
            process.wait(20)
    assert f"CRITICAL: Ticket {ticket} waits in lane safeguard" in server.got[0]["text"]
    log.seek(0)
    assert b"s3cret" not in log.read()
    log.close()
