"""By what a run scores and decides: model, policy and playbook, as they were when it was made.

A run keeps the texts of the files, so that a worker elsewhere, or one that starts later, decides by
the very same. The same text has the same version as the file that is put in force.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from triage.domain.playbook import Playbook
from triage.domain.policy import Policy
from triage.errors import BadInput
from triage.playbook import load_playbook, parse_playbook
from triage.policyfile import load_policy, parse_policy
from triage.recording import By
from triage.settings import Settings
from triage.store.decisions import Versions

KEPT = 4  # runs whose files a process has read


def text_of(file: Path | None) -> str | None:
    """Return a file's text, None where there is no file. Raises BadInput."""
    if file is None:
        return None
    try:
        return file.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{file}: expected a readable UTF-8 file ({error})") from error


def policy_of(text: str | None, name: str = "the policy") -> Policy:
    """Return the policy of a text. Raises BadFile, naming the line."""
    return load_policy() if text is None else parse_policy(text, name)


def playbook_of(text: str | None, name: str = "the playbook") -> Playbook:
    """Return the playbook of a text. Raises BadFile, naming the line."""
    return load_playbook() if text is None else parse_playbook(text, name)


def asked_of(
    settings: Settings, model: Path | None, policy: Path | None, playbook: Path | None
) -> dict[str, Any]:
    """Return what a run is to decide by: these files, or those in force. Raises BadInput."""
    policy, playbook = policy or settings.policy_file, playbook or settings.playbook_file
    return {
        "model_folder": str(model.absolute()) if model else None,
        "policy": text_of(policy),
        "playbook": text_of(playbook),
        "names": (str(policy), str(playbook)),
    }


def in_force(settings: Settings) -> tuple[str, str]:
    """Return the versions of the policy and the playbook in force. Raises BadInput, BadFile."""
    policy, playbook = settings.policy_file, settings.playbook_file
    return (
        policy_of(text_of(policy), str(policy)).version,
        playbook_of(text_of(playbook), str(playbook)).version,
    )


def by_of(run: Any, settled: str, found: str | None = None) -> By:
    """Return by what a run decides. Raises BadInput where the model is not the one it began with.

    `settled` is the version that the run is scored by, `found` the one at hand here, if asked.
    """
    if found is not None and settled != found:
        where = run.model_folder or "this worker"
        raise BadInput(
            f"the run was begun with model {settled}, and {where} now holds {found}; "
            "cancel the run and begin another, or put the first one back and resume"
        )
    policy, playbook = _read(run.policy_text, run.playbook_text)
    return By(policy, playbook, Versions(settled, policy.version, playbook.version))


@lru_cache(KEPT)
def _read(policy: str | None, playbook: str | None) -> tuple[Policy, Playbook]:
    return policy_of(policy), playbook_of(playbook)
