"""Metrics for Prometheus: counted in this process, or read from the database when asked."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from triage.store.work import Backlog

ACK_BUCKETS = (0.001, 0.002, 0.003, 0.005, 0.010, 0.025, 0.050, 0.100, 0.5)  # s


class Metrics:
    """The metrics of one web process, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.deliveries = Counter(
            "triage_deliveries_total", "Webhook deliveries", ["outcome"], registry=self.registry
        )
        self.refused = Counter(
            "triage_deliveries_refused_total", "Not authentic", ["reason"], registry=self.registry
        )
        self.acknowledged = Histogram(
            "triage_webhook_ack_seconds",
            "From the body read to the answer",
            buckets=ACK_BUCKETS,
            registry=self.registry,
        )
        self._due = Gauge("triage_tickets_due", "Waiting for a decision", registry=self.registry)
        self._dead = Gauge("triage_tickets_dead", "Given up: look at them", registry=self.registry)
        self._oldest = Gauge(
            "triage_oldest_due_seconds", "How long nobody took the oldest", registry=self.registry
        )
        self._waiting = Gauge("triage_desk_tickets", "Customers who wait", registry=self.registry)
        self._listeners = Gauge("triage_feed_listeners", "Open pages", registry=self.registry)

    def page(self, backlog: Backlog, oldest_seconds: float, waiting: int, listeners: int) -> bytes:
        """Return all metrics in Prometheus's text format."""
        self._due.set(backlog.due)
        self._dead.set(backlog.dead)
        self._oldest.set(oldest_seconds)
        self._waiting.set(waiting)
        self._listeners.set(listeners)
        return generate_latest(self.registry)
