"""No secret shows where a setting or a value is logged, refused or looked at in a traceback."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from triage.settings import Settings

ROOT = Path(__file__).parents[2]
SECRET = "hunter2-of-these-tests"
SETTINGS = {
    "TRIAGE_SECRET_KEY": SECRET,
    "DATABASE_URL": f"postgresql://triage:{SECRET}@host/db",
    "REDIS_URL": f"redis://:{SECRET}@host:6379/0",
    "TRIAGE_ADMIN_PASSWORD": SECRET,
    "TRIAGE_OIDC_CLIENT_SECRET": SECRET,
    "TRIAGE_ALERT_WEBHOOK": f"https://hooks.example.org/{SECRET}",
    "TRIAGE_SMTP_URL": f"smtp://triage:{SECRET}@host:587",
}
NAMES = {"password", "secret", "secrets", "client_secret", "verifier", "nonce", "credentials"}


@pytest.fixture
def with_secrets(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_settings_show_no_secret(with_secrets):
    settings = Settings()
    assert SECRET in settings.secret_key  # they are there
    assert SECRET not in f"{settings!r} {settings!s} {[settings]}"


def test_a_refused_setting_is_named_and_not_shown(with_secrets):
    with_secrets.setenv("TRIAGE_PORT", SECRET)
    with pytest.raises(ValidationError, match="port") as refused:
        Settings()
    assert SECRET not in f"{refused.value} {refused.value!r}"


def values() -> Iterator[tuple[str, ast.AnnAssign]]:
    """Yield every field of a dataclass of ours that is called like a secret."""
    for path in sorted((ROOT / "triage").rglob("*.py")):
        for one in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(one, ast.ClassDef) and is_dataclass(one):
                fields = [line for line in one.body if isinstance(line, ast.AnnAssign)]
                for it in fields:
                    name, kind = ast.unparse(it.target), ast.unparse(it.annotation)
                    if name in NAMES and kind != "bool":
                        yield f"{path.name}: {one.name}.{name}", it


def is_dataclass(it: ast.ClassDef) -> bool:
    return any("dataclass" in ast.unparse(one) for one in it.decorator_list)


def test_values_that_hold_secrets_do_not_show_them():
    found = dict(values())
    assert len(found) >= 5  # the look finds what there is
    shown = [name for name, line in found.items() if "repr=False" not in ast.unparse(line)]
    assert shown == []
