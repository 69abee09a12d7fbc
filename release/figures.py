"""The figures of a model card as texts, for the tables of the commands."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.model_card import list_populations
from release.model_registry import ApprovalEvent

MISSING = "-"
_LABELS = {
    "auc": "AUC",
    "accuracy": "accuracy",
    "sensitivity": "sensitivity",
    "specificity": "specificity",
    "calibration_error": "calibration error",
    "uncertain_share": "share in the band",
    "log_loss": "log loss",
}


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure of one population on one set of films. `interval` of 95 % is None where the card has
    none; two figures are comparable where `films` (a hash) is the same.
    """

    population: str
    set_name: str
    metric: str
    value: float
    interval: tuple[float, float] | None
    films: str

    @property
    def label(self) -> str:
        return f"{self.population}, {self.set_name}: {_LABELS[self.metric]}"

    def __str__(self) -> str:
        if self.interval is None:
            return f"{self.value:.3f}"
        low, high = self.interval
        return f"{self.value:.3f} ({low:.3f} to {high:.3f})"


def list_figures(card: Mapping[str, Any]) -> Iterator[Figure]:
    """Those of each population on validation, on the test set and on whole films of adults."""
    data = card.get("data", {})
    for name, fields in list_populations(card).items():
        metrics = fields["metrics"]
        sets = {
            "validation": (metrics["validation"], str(data.get("validation_sha256"))),
            "test": (metrics.get("test_half") or {}, str(data.get("test_sha256"))),
        }
        for set_name, (values, films) in sets.items():
            intervals = values.get("intervals_95", {})
            for metric in _LABELS:
                if metric in values:
                    interval = intervals.get(metric)
                    yield Figure(
                        population=name.value,
                        set_name=set_name,
                        metric=metric,
                        value=float(values[metric]),
                        interval=tuple(interval) if interval else None,
                        films=films,
                    )
        for view, auc in (metrics.get("whole_films") or {}).items():
            yield Figure(
                population=name.value,
                set_name=f"whole films, {view}",
                metric="auc",
                value=float(auc),
                interval=None,
                films="whole films",
            )


def find_figure(
    card: Mapping[str, Any] | None, *, population: str, set_name: str, metric: str
) -> str:
    """The figure as a text; MISSING where the card has none."""
    key = (population, set_name, metric)
    for figure in list_figures(card) if card else ():
        if (figure.population, figure.set_name, figure.metric) == key:
            return str(figure)
    return MISSING


def format_event(event: ApprovalEvent) -> str:
    """A line about an approval or a registration, without the account's number."""
    by = f" by {format_person(event.by)}" if event.by else ""
    reason = f": {event.reason}" if event.reason else ""
    return f"{event.event} {event.at:%Y-%m-%d %H:%M}{by}{reason}"


def format_person(arn: str) -> str:
    """The part of an ARN that names a person, such as `assumed-role/Approver/jane`."""
    return arn.split(":", 5)[-1]
