"""Reads `training/gate.toml`: how much worse a challenger may be, by measure, and why."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from training.comparison.power import films_needed
from training.errors import TrainingError
from training.evaluation.markdown import format_table

GATE_FILE = Path(__file__).parent.parent / "gate.toml"

# The measures that the gate judges; the file has exactly these.
MEASURES = (
    "auc",
    "sensitivity",
    "specificity",
    "calibration_error",
    "log_loss",
    "answered",
    "corruption",
    "negatives",
    "localisation",
    "size",
    "speed",
)


class GateFileError(TrainingError):
    """The file of the margins is not complete."""


@dataclass(frozen=True, kw_only=True)
class Margin:
    """A challenger may be worse by `margin` on all films and by `subgroup_margin` on a subgroup,
    where there is one. `films` says which films count; `spread` is that of `films_needed`, None for
    what is no mean over films. Size and speed are shares of the baseline's.
    """

    margin: float
    reason: str
    subgroup_margin: float | None = None
    films: str = ""
    spread: float | None = None

    @property
    def films_needed(self) -> int | None:
        """How many films show a fall as large as the margin."""
        if self.spread is None:
            return None
        return films_needed(self.margin, spread=self.spread)


def read_margins(path: Path = GATE_FILE) -> dict[str, Margin]:
    """Returns the margins by measure. Raises GateFileError."""
    try:
        fields = tomllib.loads(path.read_text())
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise GateFileError(f"{path} cannot be read: {error}.") from error
    if set(fields) != set(MEASURES):
        wrong = ", ".join(sorted(set(fields) ^ set(MEASURES)))
        raise GateFileError(f"{path} needs a margin for each measure and no other: {wrong}.")
    return {name: _parse(name, fields[name], path=path) for name in MEASURES}


def _parse(name: str, fields: Mapping[str, object], *, path: Path) -> Margin:
    try:
        margin = Margin(**fields)  # type: ignore[arg-type]
    except TypeError as error:
        raise GateFileError(f"[{name}] in {path} is not complete: {error}.") from error
    numbers = [margin.margin, margin.subgroup_margin, margin.spread]
    if any(not isinstance(each, float) or each <= 0 for each in numbers if each is not None):
        raise GateFileError(f"[{name}] in {path}: margins and spreads are numbers above 0.")
    return margin


def format_margins(margins: Mapping[str, Margin]) -> str:
    """Returns the table of the documentation; training/gate.toml is the source."""
    rows = [
        [
            name,
            f"{each.margin:g}",
            f"{each.subgroup_margin:g}" if each.subgroup_margin else "",
            f"{each.films_needed:,} {each.films}" if each.films_needed else "",
            each.reason,
        ]
        for name, each in margins.items()
    ]
    head = ["measure", "worse by at most", "in a subgroup", "films that show such a fall", "why"]
    return format_table(head, rows)
