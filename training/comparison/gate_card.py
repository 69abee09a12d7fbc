"""The result of the gate: the card's section `gate`, and sentences for people."""

import datetime as dt
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from contracts.model_layout import CARD_FILE
from training.artefact.model_folder import file_sha256
from training.atomic_write import write_atomically
from training.comparison.film_set import FilmSet
from training.comparison.gate_result import MIN_SEEDS, Check, GateResult, Judgement
from training.comparison.margins import GATE_FILE

GATE_HEAD = ["measure", "films", "number", "baseline", "challenger", "worse by", "margin", ""]


def describe_gate(
    result: GateResult, films: FilmSet, *, gate_file: Path = GATE_FILE
) -> dict[str, Any]:
    """Returns the section of the card: nothing in it names a person, a machine or a folder."""
    return {
        "against": result.baseline,
        "passed": result.passed,
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "split": films.split,
        "films_sha256": films.sha256,
        "films": len(films.children.labels),
        "patients": len(set(films.children.patients)),
        "seeds": result.seeds,
        "margins_sha256": file_sha256(gate_file),
        "refusals": list(result.refusals),
        "checks": [_describe_check(check) for check in result.checks],
    }


def add_gate(folder: Path, section: Mapping[str, Any]) -> None:
    """Writes the section into the card in `folder`, in place of one before."""
    path = folder / CARD_FILE
    card = json.loads(path.read_text()) | {"gate": dict(section)}
    write_atomically(path, (json.dumps(card, indent=2) + "\n").encode())


def list_gate_rows(result: GateResult) -> list[list[str]]:
    """Returns a row for each check with the columns of GATE_HEAD, what is worse first."""
    order = list(reversed(Judgement))
    checks = sorted(result.checks, key=lambda check: order.index(check.judgement))
    return [
        [
            check.measure,
            check.films_name,
            str(check.films or ""),
            f"{check.baseline:.4f}",
            f"{check.challenger:.4f}",
            f"{check.fall:+.4f}",
            f"{check.margin:.4f}",
            str(check.judgement),
        ]
        for check in checks
    ]


def describe_result(result: GateResult) -> list[str]:
    """Returns the verdict, each reason of a refusal, and what the figures cannot say."""
    worse, undecided = (result.list_checks(it) for it in (Judgement.WORSE, Judgement.OPEN))
    sentences = [*result.refusals, *(_explain(check) for check in worse)]
    if undecided:
        names = ", ".join(_name_open(check) for check in undecided)
        sentences.append(f"Within the margin, but with too few films to be sure: {names}.")
    if result.seeds < MIN_SEEDS:
        number = "One seed" if result.seeds == 1 else f"{result.seeds} seeds"
        sentences.append(
            f"{number} of the recipe: {MIN_SEEDS} or more would say how much of this is chance."
        )
    verb = "passes the gate against" if result.passed else "is refused by the gate against"
    return [f"{result.challenger} {verb} {result.baseline}.", *sentences]


def _explain(check: Check) -> str:
    return (
        f"{check.measure}: on {check.films_name} it is worse by {check.fall:.4f} "
        f"({check.baseline:.4f} to {check.challenger:.4f}), and {check.margin:.4f} is allowed."
    )


def _name_open(check: Check) -> str:
    needed = f" (needs {check.films_needed:,} films)" if check.films_needed else ""
    return f"{check.measure} of {check.films_name}{needed}"


def _describe_check(check: Check) -> dict[str, Any]:
    numbers = ("baseline", "challenger", "fall", "error", "margin")
    return {
        "measure": check.measure,
        "films_name": check.films_name,
        "films": check.films,
        **{name: _round(getattr(check, name)) for name in numbers},
        "judgement": check.judgement.value,
        "films_needed": check.films_needed,
    }


def _round(value: float) -> float | None:
    """JSON has no word for a number that is not finite."""
    return round(value, 6) if math.isfinite(value) else None
