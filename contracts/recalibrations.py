"""The card of a site's recalibration: on what it rests, and what it changed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from contracts.serialisation import parse


@dataclass(frozen=True, kw_only=True)
class RecalibrationCard:
    """`number` is the version of the site's settings that it made.

    Log losses are means over the films in nats: `log_loss_before` with the values that counted
    until then, `log_loss_after` of each patient's films by a fit to all other patients. `evidence`
    counts films by what their label rests on (`contracts.labels.LabelSource`), `blind_films` those
    that a doctor read without the answer. `why` names who approved it and why.
    """

    site: str
    number: int
    at: str
    by: str
    why: str
    model_version: str
    slope: float
    offset: float
    films: int
    patients: int
    films_with_pneumonia: int
    blind_films: int
    evidence: Mapping[str, int]
    log_loss_before: float
    log_loss_after: float


def parse_recalibration_card(text: str | bytes) -> RecalibrationCard:
    """Accepts what a later release may have added. Raises ValueError."""
    return parse(RecalibrationCard, json.loads(text), accept_later=True)
