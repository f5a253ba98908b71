"""Keys are made once and readable by their owner; settings say where things are."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import ValidationError

from triage.errors import BadInput
from triage.keys import with_keys
from triage.settings import Settings
from triage.store.sources import Vault, new_key


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_folder=tmp_path / "data")


def test_keys_are_made_once_and_kept(settings: Settings):
    first, second = with_keys(settings), with_keys(settings)
    assert first.secret_key == second.secret_key
    Fernet(first.secret_key)


def test_keys_are_readable_by_their_owner_only(settings: Settings):
    with_keys(settings)
    kept = settings.data_folder / "secret-key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_processes_that_start_at_once_agree_on_the_keys(settings: Settings):
    with ThreadPoolExecutor(8) as pool:
        keys = {made.secret_key for made in pool.map(lambda _: with_keys(settings), range(8))}
    assert len(keys) == 1


def test_a_key_of_the_environment_wins(settings: Settings):
    assert with_keys(settings.model_copy(update={"secret_key": "given"})).secret_key == "given"


def test_the_embedded_store_and_broker_lie_in_the_data_folder(settings: Settings):
    assert settings.database == f"sqlite:///{settings.data_folder}/triage.db"
    assert settings.broker == f"sqlite-lease:///{settings.data_folder}/broker.db"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_a_postgresql_url_as_platforms_give_it_works(monkeypatch: pytest.MonkeyPatch, scheme: str):
    monkeypatch.setenv("DATABASE_URL", f"{scheme}://u:p@host/db")
    monkeypatch.setenv("REDIS_URL", "redis://host:6379/0")
    settings = Settings()
    assert settings.database == "postgresql+psycopg://u:p@host/db"
    assert settings.broker == "redis://host:6379/0"


def test_an_empty_setting_is_an_unset_one(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TRIAGE_POLICY_FILE", "")  # as Compose passes what has no value
    assert Settings().policy_file is None


def test_a_bad_setting_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TRIAGE_PORT", "eighty")
    with pytest.raises(ValidationError, match="port"):
        Settings()


def test_secrets_are_sealed_and_opened_with_any_of_the_keys():
    old, new = new_key(), new_key()
    sealed = Vault(old).seal(("whsec_x", "whsec_y"))
    assert "whsec" not in sealed
    assert Vault(f"{new},{old}").open(sealed) == ("whsec_x", "whsec_y")
    with pytest.raises(BadInput, match="another key"):
        Vault(new).open(sealed)


def test_a_bad_secret_key_is_said_by_its_name():
    with pytest.raises(BadInput, match="TRIAGE_SECRET_KEY"):
        Vault("short")
