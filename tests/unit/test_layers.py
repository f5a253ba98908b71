"""The arrows of docs/architecture.md: who may import whom; what the web process never loads."""

from __future__ import annotations

import ast
import functools
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = ("triage", "models", "workers")
HEAVY = ("onnxruntime", "tokenizers", "torch", "transformers", "py3langid", "numpy", "pyarrow")
SELDOM = ("alembic", "authlib", "redis")  # what few web processes ever need, half a second
IMPORT_WITHIN = 6.0  # s of CPU; about 3 measured

#: Which of our own modules each may import, the first that fits; a name stands for all below it.
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "triage.domain": ("triage.domain",),
    "triage.errors": (),
    "triage.masking": ("triage.masking",),
    "triage.broker": ("triage.broker", "triage.errors"),
    "triage.helpdesks": ("triage.domain", "triage.helpdesks", "models.text"),
    "triage.store": ("triage.domain", "triage.errors", "triage.helpdesks.event", "triage.store"),
    "triage.ports": ("triage.domain",),
    "triage.outbound": (
        "triage.domain",
        "triage.errors",
        "triage.helpdesks.call",
        "triage.outbound",
        "triage.ports",
        "triage.store",
    ),
    "triage.playbook": (
        "triage.domain",
        "triage.errors",
        "triage.playbook_checks",
        "triage.yamlfile",
    ),
    "triage.playbook_checks": ("triage.domain", "triage.yamlfile"),
    "triage.policyfile": ("triage.domain", "triage.openings", "triage.yamlfile"),
    "triage.openings": ("triage.domain", "triage.yamlfile"),
    "triage.rules": (
        "triage.domain",
        "triage.playbook",
        "triage.policyfile",
        "triage.settings",
        "triage.yamlfile",
    ),
    "triage.yamlfile": ("triage.errors",),
    "triage.api": ("triage",),
    "triage.page": ("triage",),
    "triage.cli": ("triage", "models"),
    "triage.scorefile": ("triage", "models"),
    "triage.ticketfile": ("triage.domain", "triage.errors", "triage.ticketfile"),
    "triage.rescore_file": ("triage", "models"),
    "triage.check_reply": ("triage", "models"),
    "triage.installed": ("triage", "models"),
    "triage.calibrate": ("triage", "models"),
    "triage.replay": ("triage", "models"),
    "triage.demo": ("triage",),
    "triage": ("triage",),
    "models": ("triage.domain", "models"),
    "workers": ("triage", "models", "workers"),
}
#: The edges: nothing but an edge imports them.
EDGES = ("triage.api", "triage.page", "triage.cli", "triage.demo", "workers")
ONLY_THERE = {
    "sqlalchemy": ("triage.store", "triage.administration"),
    "fastapi": ("triage.api", "triage.page"),
    "starlette": ("triage.api", "triage.page"),
    "celery": ("triage.queue", "triage.sweep", "workers"),
    "kombu": ("triage.broker", "triage.queue", "triage.sweep", "workers"),
    "typer": ("triage.cli", "workers", "models.training"),
    "argon2": ("triage.passwords",),
    "authlib": ("triage.oidc_client", "triage.id_token"),
    "joserfc": ("triage.oidc", "triage.id_token"),
    "torch": ("models.training", "models.mapped"),
    "transformers": ("models.training", "models.mapped"),
    "onnxruntime": ("models",),
    "holidays": ("triage.openings",),
    "httpcore2": ("triage.outbound",),
    "imaplib": ("triage.mailbox",),
    "phonenumbers": ("triage.masking",),
    "stdnum": ("triage.masking",),
}


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(path): path for name in OURS for path in sorted((ROOT / name).rglob("*.py"))}


@functools.cache
def imports_of(module: str) -> frozenset[str]:
    """Return the full name of everything a module imports, also within functions."""
    return frozenset(_imports(module))


def _imports(module: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module}: imports are absolute"
            yield from (_named(node.module or "", alias.name) for alias in node.names)


def _named(package: str, name: str) -> str:
    return f"{package}.{name}" if f"{package}.{name}" in MODULES else package


def is_below(module: str, names: tuple[str, ...]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in names)


def rule_for(module: str) -> tuple[str, ...]:
    return next(allowed for name, allowed in MAY_IMPORT.items() if is_below(module, (name,)))


def test_every_layer_has_its_modules():
    for name in (*MAY_IMPORT, *EDGES):
        assert any(is_below(module, (name,)) for module in MODULES), name


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_inward(module):
    for name in imports_of(module):
        if is_below(name, OURS):
            # a bare `triage` is its version
            assert name == "triage" or is_below(name, rule_for(module)), f"{module} imports {name}"
            assert is_below(module, EDGES) or not is_below(name, EDGES), f"{module} imports {name}"


@pytest.mark.parametrize("module", [name for name in MODULES if is_below(name, ("triage.domain",))])
def test_the_rules_need_the_standard_library_only(module):
    outside = {name.partition(".")[0] for name in imports_of(module)} - {"triage"}
    assert outside <= sys.stdlib_module_names
    assert not outside & {"random", "time", "os", "pathlib", "socket", "secrets", "logging"}


@pytest.mark.parametrize("library", ONLY_THERE)
def test_a_library_is_known_in_its_place_only(library):
    users = {m for m in MODULES if any(is_below(n, (library,)) for n in imports_of(m))}
    assert {user for user in users if not is_below(user, ONLY_THERE[library])} == set()


PROBE = """
import json, sys, time
start = time.process_time()
import triage.api.app
print(json.dumps({"took": time.process_time() - start, "loaded": list(sys.modules)}))
"""


def test_the_web_process_never_loads_the_model():
    probe = subprocess.run([sys.executable, "-c", PROBE], check=True, capture_output=True, cwd=ROOT)
    found = json.loads(probe.stdout)
    assert sorted({*HEAVY, *SELDOM} & set(found["loaded"])) == []
    assert found["took"] < IMPORT_WITHIN
