"""Counters for Prometheus. Labels are route templates, methods, statuses, names of models and of what is monitored:
nothing of a patient."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from data.monitoring import MonitoringReport

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """The numbers of one application."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self._requests = Counter("chartcode_http_requests", "Requests answered.", labels, registry=self._registry)
        self._seconds = Histogram(
            "chartcode_http_request_seconds",
            "Time to answer.",
            ("method", "route"),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._model_seconds = Histogram(
            "chartcode_model_seconds", "Time in a model.", ("model",), buckets=_SECONDS, registry=self._registry
        )
        self._queue = Gauge("chartcode_model_queue", "Requests at a model or waiting for one.", registry=self._registry)
        drift = ["model", "quantity"]
        self._psi = Gauge("chartcode_drift_psi", "Population stability index.", drift, registry=self._registry)
        self._alarms = Gauge(
            "chartcode_drift_alarm", "1 for a shift that raised an alarm.", drift, registry=self._registry
        )

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    @contextmanager
    def queued(self) -> Iterator[None]:
        with self._queue.track_inprogress():
            yield

    @contextmanager
    def model_time(self, model: str) -> Iterator[None]:
        with self._model_seconds.labels(model).time():
            yield

    def show_drift(self, reports: Iterable[MonitoringReport]) -> None:
        """In the place of what was shown before."""
        self._psi.clear()
        self._alarms.clear()
        for report in reports:
            for drift in report.drifts:
                self._psi.labels(report.name, drift.quantity).set(drift.psi)
                self._alarms.labels(report.name, drift.quantity).set(drift.is_alarm)

    def render(self) -> bytes:
        return generate_latest(self._registry)
