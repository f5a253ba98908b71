"""docker-compose.yml and Dockerfile, checked without Docker's daemon.

Every service's own command runs by hand, with its own environment, against a real Redis and
PostgreSQL: what is exchanged is only where they listen and where /data is.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError
from uuid import uuid4

import pytest
import yaml

from tests.servers import PostgresServer, RedisServer, free_port, wait_until
from triage.helpdesks.standard_webhooks import sign
from triage.helpdesks.whsec import new_secret
from triage.settings import Settings
from triage.store.sources import new_key

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", "")
OURS = [name for name, it in SERVICES.items() if "build" in it]
LONG_RUNNING = [name for name in OURS if name != "migrate"]
WORKERS = [name for name in LONG_RUNNING if name != "api"]
SECRETS = {
    "POSTGRES_PASSWORD": "wordpass",
    "TRIAGE_ADMIN_PASSWORD": "an admin's password",
    "TRIAGE_SECRET_KEY": new_key(),
}
DATABASE = "postgresql://triage:${POSTGRES_PASSWORD}@postgres/triage"
SOURCE_SECRET = new_secret()
GRACE = 10.0  # s, Docker's own where a service names none
STARTS_WITHIN = 60.0  # s on a busy machine
#: What serves some installations only, and is empty in the others.
LEFT_OUT = dict.fromkeys(
    [
        "TRIAGE_PUBLIC_URL",
        "TRIAGE_OUTBOUND_PRIVATE_HOSTS",
        "TRIAGE_ALERT_WEBHOOK",
        "TRIAGE_SMTP_URL",
        "TRIAGE_ALERT_MAIL_FROM",
        "TRIAGE_ALERT_MAIL_TO",
        "TRIAGE_OIDC_ISSUER",
        "TRIAGE_OIDC_CLIENT_ID",
        "TRIAGE_OIDC_CLIENT_SECRET",
        "TRIAGE_OIDC_AGENTS",
        "TRIAGE_OIDC_SUPERVISORS",
        "TRIAGE_OIDC_ADMINS",
        "TRIAGE_AUDIT_DAYS",
        "TRIAGE_ALERT_DAYS",
        "FORWARDED_ALLOW_IPS",  # uvicorn's own
    ],
    "",
)


@dataclass
class Deployment:
    """The services of docker-compose.yml, run by hand."""

    folder: Path
    database_url: str
    redis_url: str
    port: int = field(default_factory=free_port)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def environment(self, name: str) -> dict[str, str]:
        """The image's and the service's own, with our addresses and its /data as a folder."""
        stated = image_environment() | {
            k: filled(v) for k, v in SERVICES[name]["environment"].items()
        }
        moved = {
            filled(DATABASE): self.database_url,
            "redis://redis:6379/0": self.redis_url,
            "/data": str(self.folder / name),
        }
        placed = {k: moved.get(v, v) for k, v in stated.items() if k != "PATH"}
        return {"PATH": os.environ["PATH"], "TRIAGE_PORT": str(self.port), **ours(), **placed}

    def command(self, line: str) -> list[str]:
        words = shlex.split(line.replace(":8000/", f":{self.port}/"))
        known = {"python": [sys.executable], "triage": [sys.executable, "-m", "triage.cli"]}
        return known[words[0]] + words[1:]

    def run(self, name: str, line: str) -> subprocess.CompletedProcess[str]:
        """Run a command inside a service, as `docker compose exec` does."""
        (self.folder / name).mkdir(exist_ok=True)
        return subprocess.run(
            self.command(line),
            env=self.environment(name),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=STARTS_WITHIN,
            check=False,
        )

    def start(self, name: str) -> None:
        (self.folder / name).mkdir(exist_ok=True)
        with self.log(name).open("wb") as log:
            self.running[name] = subprocess.Popen(
                self.command(SERVICES[name]["command"]),
                env=self.environment(name),
                cwd=ROOT,
                stdout=log,
                stderr=log,
            )

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def healthy(self, name: str) -> bool:
        """Run the service's own health check."""
        return not self.run(name, SERVICES[name]["healthcheck"]["test"]).returncode

    def wait_until_healthy(self, name: str) -> None:
        def settled() -> bool:
            return self.running[name].poll() is not None or self.healthy(name)

        wait_until(settled, f"{name} healthy", STARTS_WITHIN)
        assert self.running[name].poll() is None, self.log(name).read_text()

    def stop(self, name: str) -> int:
        """End a service as Docker does, within its grace period; return its status."""
        process = self.running.pop(name)
        process.send_signal(signal.SIGTERM)
        return process.wait(seconds(SERVICES[name].get("stop_grace_period", f"{GRACE:g}s")))

    def request(self, path: str, body: bytes | None = None, **headers: str) -> Any:
        url = f"http://127.0.0.1:{self.port}{path}"
        wanted = {name.replace("_", "-"): value for name, value in headers.items()}
        with urllib.request.urlopen(
            urllib.request.Request(url, body, wanted), timeout=10
        ) as answer:
            return json.load(answer)


@pytest.fixture
def deployment(
    tmp_path: Path, postgres: PostgresServer, redis_server: RedisServer
) -> Iterator[Deployment]:
    made = Deployment(tmp_path, postgres.create(f"d{uuid4().hex}"), redis_server.url)
    yield made
    for process in made.running.values():
        process.kill()
        process.wait()


def ours() -> dict[str, str]:
    """What of the test's own environment decides which code and servers there are."""
    return {name: os.environ[name] for name in ("PYTHONPATH", "HOME") if name in os.environ}


def filled(value: str) -> str:
    """Put our values in place of `${NAME:?message}`."""
    return re.sub(r"\$\{(\w+)[^}]*\}", lambda found: (SECRETS | LEFT_OUT)[found[1]], value)


def image_environment() -> dict[str, str]:
    """Return what the image's last stage sets with ENV."""
    lines = re.findall(r"^ENV (.*)$", DOCKERFILE.rpartition("\nFROM ")[2], re.MULTILINE)
    return dict(word.split("=", 1) for line in lines for word in line.split())


def seconds(duration: str) -> float:
    found = re.fullmatch(r"(\d+)s", duration)
    assert found, f"{duration}: the test reads whole seconds only"
    return float(found[1])


def test_the_services_of_docker_compose_decide_a_ticket_and_end_politely(deployment):
    for _ in range(2):  # a restart of the whole migrates again: harmless
        migrated = deployment.run("migrate", SERVICES["migrate"]["command"])
        assert migrated.returncode == 0, migrated.stderr
        assert SECRETS["TRIAGE_ADMIN_PASSWORD"] not in migrated.stdout + migrated.stderr
    for name in LONG_RUNNING:
        deployment.start(name)
    for name in LONG_RUNNING:
        deployment.wait_until_healthy(name)
    key = deployment.run("api", "triage keys add reports --scope read").stdout.strip()
    made = deployment.run("api", f"triage sources add generic shop --secret {SOURCE_SECRET}")
    assert made.returncode == 0, made.stderr
    assert send_ticket(deployment) == {"status": "accepted", "reason": ""}
    wait_until(lambda: desk(deployment, key)[0]["decided"], "the ticket decided", STARTS_WITHIN)
    statuses = {name: deployment.stop(name) for name in LONG_RUNNING}
    assert statuses == dict.fromkeys(LONG_RUNNING, 0)


def test_a_worker_without_a_heartbeat_is_not_healthy(deployment):
    assert [name for name in WORKERS if deployment.healthy(name)] == []


def send_ticket(deployment: Deployment) -> Any:
    data = {"ticket_id": "T-1", "subject": "Charged twice", "text": "You charged me twice!"}
    body = json.dumps(
        {"type": "ticket.created", "timestamp": "2026-11-20T12:00:00Z", "data": data}
    ).encode()
    now = int(time.time())
    return deployment.request(
        "/webhooks/shop",
        body,
        webhook_id="msg_1",
        webhook_timestamp=str(now),
        webhook_signature=sign(SOURCE_SECRET, "msg_1", now, body),
    )


def desk(deployment: Deployment, key: str) -> Any:
    try:
        return deployment.request("/api/desk", Authorization=f"Bearer {key}")["rows"]
    except URLError as error:
        raise AssertionError(deployment.log("api").read_text()) from error


@pytest.mark.parametrize("name", LONG_RUNNING)
def test_every_long_running_service_is_watched_and_comes_back(name):
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    assert seconds(service["healthcheck"]["interval"]) <= 30


@pytest.mark.parametrize("name", OURS)
def test_our_services_may_write_only_where_nothing_lasts(name):
    service = SERVICES[name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert {place.partition(":")[0] for place in service["tmpfs"]} == {"/tmp", "/data"}


def test_the_user_of_the_image_owns_the_data_folder():
    uid = re.findall(r"useradd --uid (\d+) --gid triage ", DOCKERFILE)
    gid = re.findall(r"groupadd --gid (\d+) triage ", DOCKERFILE)
    assert re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE) == ["triage"]
    for name in OURS:
        assert f"/data:uid={uid[0]},gid={gid[0]},mode=0700" in SERVICES[name]["tmpfs"]


def test_the_image_is_built_in_stages_without_the_tools_of_the_first():
    assert len(re.findall(r"^FROM ", DOCKERFILE, re.MULTILINE)) >= 2
    assert "pip install" not in DOCKERFILE.rpartition("\nFROM ")[2]


def test_everything_that_the_image_copies_is_in_its_context():
    ignored = (ROOT / ".dockerignore").read_text().split()
    stage = DOCKERFILE.rpartition("\nFROM ")[0]
    copied = [
        word
        for line in re.findall(r"^COPY (.*)$", stage, re.MULTILINE)
        for word in line.split()[:-1]
    ]
    assert [
        name for name in copied if f"!{name}" not in ignored or not (ROOT / name).exists()
    ] == []


def test_redis_and_postgres_keep_what_they_have():
    assert "--appendonly yes" in SERVICES["redis"]["command"]
    assert "noeviction" in SERVICES["redis"]["command"]
    for name in ("redis", "postgres"):
        assert SERVICES[name]["volumes"][0].partition(":")[0] in COMPOSE["volumes"]


def test_only_the_api_is_reachable_and_only_from_this_machine():
    ports = {name: it["ports"] for name, it in SERVICES.items() if "ports" in it}
    assert ports == {"api": ["127.0.0.1:8000:8000"]}


def test_nothing_starts_before_what_it_needs():
    for name in LONG_RUNNING:
        assert SERVICES[name]["depends_on"] == {
            "migrate": {"condition": "service_completed_successfully"},
            "redis": {"condition": "service_healthy"},
        }
    assert SERVICES["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}


def test_every_secret_must_be_given_that_is_not_made_and_shown():
    text = (ROOT / "docker-compose.yml").read_text()
    asked = re.findall(r"^[^#\n]*\$\{(\w+)(:\?)?", text, re.MULTILINE)
    assert {name for name, _ in asked} == {*SECRETS, *LEFT_OUT}
    made_for_you = {"TRIAGE_ADMIN_PASSWORD"}  # where none is given
    assert {name for name, required in asked if not required} == {*made_for_you, *LEFT_OUT}


def test_what_may_be_left_out_is_a_setting():
    known = {f"TRIAGE_{name}".upper() for name in Settings.model_fields}
    assert set(LEFT_OUT) - {"FORWARDED_ALLOW_IPS"} <= known


def test_docker_itself_reads_the_file():
    """Where Docker's client knows `compose`; elsewhere the tests above must do."""
    compose = [shutil.which("docker") or "false", "compose"]
    if quiet(*compose, "version").returncode:
        return
    read = quiet(*compose, "--file", str(ROOT / "docker-compose.yml"), "config", "--quiet")
    assert read.returncode == 0, read.stderr


def quiet(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, env=os.environ | SECRETS, capture_output=True, text=True, check=False
    )
