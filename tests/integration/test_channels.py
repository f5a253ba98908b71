"""Channels against real servers that take, refuse, hang, drip or send elsewhere."""

import logging
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.receivers import (
    DRIPS,
    HANGS,
    Mailbox,
    WebhookServer,
    a_certificate,
    mail_server,
    seconds,
    silent_server,
)
from tests.servers import free_port
from triage.channel import Note, NotSent, send_within
from triage.channels import Mail, Webhook, channels
from triage.errors import BadInput
from triage.settings import Settings

NOTE = Note("Triage: near, ticket 7", "Ticket 7 is due in 6 min. http://triage.example/tickets/7")


@pytest.fixture
def server() -> Iterator[WebhookServer]:
    made = WebhookServer([200])
    yield made
    made.close()


def webhook(url: str) -> Webhook:
    return Webhook(urlsplit(url))


def mail(url: str, **values) -> Mail:
    return Mail(
        urlsplit(url), "triage@shop.example", ["a@shop.example", "b@shop.example"], **values
    )


def test_a_webhook_gets_the_text_as_slack_wants_it(server):
    webhook(server.url).send(NOTE)
    (got,) = server.got
    assert got == {"path": "/hooks/s3cret?a=1", "type": "application/json", "text": NOTE.text}


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 404, 410, 429, 500, 503])
def test_an_answer_that_is_no_yes_is_said_and_no_redirect_is_followed(server, status):
    server.statuses = [status]
    with pytest.raises(NotSent, match=f"answered with status {status}"):
        webhook(server.url).send(NOTE)
    assert len(server.got) == 1


@pytest.mark.parametrize("how", [HANGS, DRIPS])
def test_a_webhook_that_does_not_end_is_not_waited_for(server, how):
    server.statuses = [how]

    def send() -> None:
        with pytest.raises(NotSent, match=r"did not end within 0\.5 s"):
            send_within(webhook(server.url), NOTE, 0.5)

    assert seconds(send) < 2


def test_nothing_that_goes_wrong_shows_the_webhooks_address(caplog):
    caplog.set_level(logging.DEBUG)
    for url in (
        f"http://127.0.0.1:{free_port()}/hooks/s3cret",
        "http://no-such-host.invalid/hooks/s3cret",
        f"https://127.0.0.1:{free_port()}/hooks/s3cret",
        "http://127.0.0.1:1/hooks/s3cret\x7f",
    ):
        channel = webhook(url)
        with pytest.raises(NotSent, match="could not be reached") as raised:
            channel.send(NOTE)
        assert raised.value.__cause__ is None
        assert "s3cret" not in f"{raised.value} {channel!r} {caplog.text}"


def test_a_webhook_that_speaks_no_trusted_tls_gets_nothing(tmp_path: Path):
    theirs, _ours = a_certificate(tmp_path)
    server = WebhookServer([200])
    server.server.socket = theirs.wrap_socket(server.server.socket, server_side=True)
    try:
        with pytest.raises(NotSent, match="SSLCertVerificationError"):
            webhook(server.url.replace("http:", "https:")).send(NOTE)
        assert server.got == []
    finally:
        server.close()


def test_a_mail_goes_to_everybody_with_what_it_says():
    box = Mailbox()
    with mail_server(box) as port:
        mail(f"smtp://127.0.0.1:{port}").send(NOTE)
    (got,) = box.mails
    text = got.content.decode()
    assert got.rcpt_tos == ["a@shop.example", "b@shop.example"]
    assert "Subject: Triage: near, ticket 7" in text
    assert "Auto-Submitted: auto-generated" in text
    assert "Ticket 7 is due in 6 min." in text


def test_a_password_is_said_after_starttls_only(tmp_path: Path):
    theirs, ours = a_certificate(tmp_path)
    box = Mailbox()
    with mail_server(box, theirs) as port:
        mail(f"smtp://who:p%40ss@127.0.0.1:{port}", tls=ours).send(NOTE)
    assert [(it.login, it.password) for it in box.logins] == [(b"who", b"p@ss")]
    assert len(box.mails) == 1
    bare = Mailbox()
    with mail_server(bare) as port, pytest.raises(NotSent, match="offers no STARTTLS"):
        mail(f"smtp://who:p%40ss@127.0.0.1:{port}", tls=ours).send(NOTE)
    assert bare.logins == bare.mails == []


def test_a_mail_server_without_a_trusted_certificate_gets_no_password(tmp_path: Path):
    theirs, _ours = a_certificate(tmp_path)
    box = Mailbox()
    with mail_server(box, theirs) as port, pytest.raises(NotSent, match="SSLCert"):
        mail(f"smtp://who:p%40ss@127.0.0.1:{port}").send(NOTE)
    assert box.logins == box.mails == []


def test_a_mail_server_may_speak_tls_from_the_start(tmp_path: Path):
    theirs, ours = a_certificate(tmp_path)
    box = Mailbox()
    with mail_server(box, ssl_context=theirs) as port:
        mail(f"smtps://127.0.0.1:{port}", tls=ours).send(NOTE)
    assert len(box.mails) == 1


def test_a_mail_that_is_refused_is_said_with_its_code(tmp_path: Path):
    theirs, ours = a_certificate(tmp_path)
    box = Mailbox(codes=["554 no"])
    with mail_server(box, theirs) as port:
        with pytest.raises(NotSent, match="answered with code 554"):
            mail(f"smtp://127.0.0.1:{port}", tls=ours).send(NOTE)
        with pytest.raises(NotSent, match="answered with code 535"):
            mail(f"smtp://who:wrong@127.0.0.1:{port}", tls=ours).send(NOTE)


def test_a_mail_server_that_is_silent_is_not_waited_for():
    with silent_server() as port, pytest.raises(NotSent, match="did not end within"):
        send_within(mail(f"smtp://127.0.0.1:{port}"), NOTE, 0.5)


def test_an_error_that_nobody_thought_of_is_said_by_its_kind_only():
    class Broken:
        name = "broken"

        def send(self, note: Note) -> None:
            raise KeyError("s3cret")

    with pytest.raises(NotSent, match=r"^failed \(KeyError\)$"):
        send_within(Broken(), NOTE)


def settings(**values: str) -> Settings:
    return Settings(**values)


def test_the_settings_name_the_channels():
    ways = channels(
        settings(
            alert_webhook="https://hooks.example/x",
            smtp_url="smtp://mail.example",
            alert_mail_from="t@x.example",
            alert_mail_to="a@x.example, b@x.example",
        )
    )
    assert [it.name for it in ways] == ["webhook", "e-mail"]
    assert channels(settings()) == []


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"alert_webhook": "file:///etc/s3cret"}, "TRIAGE_ALERT_WEBHOOK: expected an address"),
        ({"alert_webhook": "ftp://host/s3cret"}, "by http or https"),
        ({"alert_webhook": "https:///s3cret"}, "expected an address"),
        ({"alert_webhook": "https://host:99999/s3cret"}, "expected an address"),
        ({"alert_webhook": "https://host/s3cret x"}, "expected an address"),
        ({"alert_webhook": "s3cret"}, "expected an address"),
        ({"smtp_url": "http://u:s3cret@host"}, "must be set with it"),
        (
            {"smtp_url": "http://u:s3cret@host", "alert_mail_from": "a", "alert_mail_to": "b"},
            "TRIAGE_SMTP_URL: expected an address such as smtps://host/, by smtp or smtps",
        ),
        ({"smtp_url": "smtp://host", "alert_mail_from": "a@x", "alert_mail_to": " , "}, "_TO"),
    ],
)
def test_a_bad_setting_is_named_and_not_shown(values, says):
    with pytest.raises(BadInput, match=says) as raised:
        channels(settings(**values))
    assert "s3cret" not in str(raised.value)
    assert "s3cret" not in repr(settings(**values))
