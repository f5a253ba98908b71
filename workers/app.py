"""The Celery app of the workers: `celery -A workers.app worker -P threads -Q live`."""

from __future__ import annotations

from triage.logs import set_up_logs
from triage.queue import celery_app
from triage.rules import rules_or_end
from triage.settings import read_settings
from workers import lifecycle

settings = read_settings()
set_up_logs(settings.log_format)

app = celery_app(settings.broker)
app.conf.update(
    imports=["workers.tasks"],
    worker_hijack_root_logger=False,
    worker_concurrency=settings.threads,
)
lifecycle.install(settings, rules_or_end(settings))
