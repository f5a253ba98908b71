"""What differs between installations and is no rule: addresses, sizes, places, keys.

Read once per process from the environment (`TRIAGE_*`, and `REDIS_URL` and `DATABASE_URL` by
their common names) and passed on as a value. Everything that decides something is policy.
"""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from triage import broker
from triage.domain.keeping import MOST_DAYS, RECORDS_KEPT, Records


class Settings(BaseSettings):
    """The settings of one process."""

    model_config = SettingsConfigDict(
        env_prefix="TRIAGE_",
        env_ignore_empty=True,  # an empty path would be this folder
        populate_by_name=True,
        hide_input_in_errors=True,  # it may be a secret
    )

    data_folder: Path = Field(default=Path("data"), description="embedded database, broker, key")
    host: str = Field(default="127.0.0.1", description="address that the API listens on")
    port: int = Field(default=8000, ge=1, le=65535)
    # no repr: passwords may stand in them
    database_url: str = Field(default="", validation_alias="DATABASE_URL", repr=False)
    redis_url: str = Field(default="", validation_alias="REDIS_URL", repr=False)
    weights_folder: Path | None = Field(
        default=None, description="another model than ours: a folder, or a mapping file"
    )
    policy_file: Path | None = Field(
        default=None, description="what decides otherwise than the defaults; docs/policy.md"
    )
    playbook_file: Path | None = Field(default=None, description="in place of the one that ships")
    admin_password: SecretStr = Field(
        default=SecretStr(""), description="of the first person, admin; else made and printed"
    )
    secret_key: str = Field(
        default="", repr=False, description="encrypts sources' secrets; kept in data"
    )
    oidc_issuer: str = Field(default="", description="of an identity provider; docs/access.md")
    oidc_client_id: str = Field(default="", description="what the provider calls Triage")
    oidc_client_secret: SecretStr = Field(default=SecretStr(""), description="empty: PKCE alone")
    oidc_role_claim: str = Field(default="groups", description="which claim says a role")
    oidc_agents: str = Field(default="", description="its values, by commas; empty: anybody")
    oidc_supervisors: str = Field(default="", description="its values, separated by commas")
    oidc_admins: str = Field(default="", description="likewise")
    max_body_bytes: int = Field(
        default=1024 * 1024, ge=1024, description="a webhook's largest body"
    )
    public_url: str = Field(default="", description="where people and helpdesks reach Triage")
    alert_webhook: SecretStr = Field(
        default=SecretStr(""), description="an incoming webhook of Slack or Mattermost"
    )
    smtp_url: SecretStr = Field(
        default=SecretStr(""), description="smtp[s]://user:password@host:port"
    )
    alert_mail_from: str = Field(default="", description="who writes the mails of alerts")
    alert_mail_to: str = Field(default="", description="who gets them, separated by commas")
    outbound_private_hosts: str = Field(
        default="", description="helpdesks that may be private or plain http: host[:port], …"
    )
    worker_threads: int = Field(default=0, ge=0, description="0: as many as cores")
    worker_nice: int = Field(default=10, ge=0, le=19, description="webhooks go before scoring")
    audit_days: int = Field(
        default=RECORDS_KEPT, ge=0, le=MOST_DAYS, description="0: for ever; docs/privacy.md"
    )
    alert_days: int = Field(default=RECORDS_KEPT, ge=0, le=MOST_DAYS, description="likewise")
    log_format: str = Field(default="console", pattern="^(console|json)$")

    @property
    def database(self) -> str:
        """The SQLAlchemy URL of the store: `DATABASE_URL` or SQLite in the data folder."""
        if not self.database_url:
            return f"sqlite:///{self.data_folder.absolute() / 'triage.db'}"
        scheme, _, rest = self.database_url.partition("://")
        return (
            f"postgresql+psycopg://{rest}"
            if scheme in {"postgres", "postgresql"}
            else self.database_url
        )

    @property
    def broker(self) -> str:
        """The broker's URL: `REDIS_URL` or the embedded broker in the data folder."""
        return self.redis_url or broker.address(self.data_folder / "broker.db")

    @property
    def address(self) -> str:
        """Where helpdesks and people reach this installation, as far as it was told."""
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"

    def webhook(self, source: str) -> str:
        """Return the address that a source's helpdesk sends to."""
        return f"{self.address}/webhooks/{source}"

    @property
    def records(self) -> Records:
        """How long our own records are kept."""
        return Records(self.audit_days, self.alert_days)

    @property
    def threads(self) -> int:
        """How many tickets one worker scores at a time."""
        return self.worker_threads or len(os.sched_getaffinity(0))


def read_settings() -> Settings:
    """Return the settings of this process's environment. Raises pydantic.ValidationError."""
    return Settings()
