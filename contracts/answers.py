"""The answer to one radiograph: decision, probability, and the model that gave it."""

from dataclasses import dataclass
from enum import StrEnum


class Decision(StrEnum):
    """The first thing that a doctor reads of an answer."""

    PNEUMONIA = "pneumonia"
    NO_PNEUMONIA = "no_pneumonia"
    UNCERTAIN = "uncertain"
    NOT_ASSESSED = "not_assessed"


class NotAssessed(StrEnum):
    """The reason why no probability is shown."""

    NOT_CHEST = "not_chest"
    NOT_FRONTAL = "not_frontal"
    BODY_PART = "body_part"
    ORIENTATION = "orientation"
    QUALITY = "quality"
    UNLIKE_TRAINING = "unlike_training"
    AGE = "age"


class Predictor(StrEnum):
    """Where the network ran: both are exports of the same network."""

    ENDPOINT = "endpoint"
    CPU = "cpu"


class Caution(StrEnum):
    """A limitation that is shown beside an answer."""

    AGE_OUTSIDE = "age_outside"
    PHOTOGRAPHED = "photographed"
    MIRRORED = "mirrored"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The answer to one radiograph.

    `probability` is calibrated at the prevalence of the validation set, with the site's slope and
    offset, and thresholds apply to it; `shown_probability` is the same at `prevalence`, which the
    sentence beside it names. `like_this_per_100` is how many of 100 validation radiographs with
    such a score had pneumonia; None where there were too few of them.
    """

    decision: Decision
    reason: NotAssessed | None
    logit: float
    probability: float
    shown_probability: float
    prevalence: float
    site_prevalence: bool
    like_this_per_100: int | None
    positive: bool
    threshold: float
    band: tuple[float, float]
    typicality: float | None
    cautions: tuple[Caution, ...]
    predictor: Predictor
    model_version: str
    artefact_sha256: str

    @property
    def is_assessed(self) -> bool:
        """Whether the decision stands beside its probability."""
        return self.decision in _ASSESSED


_ASSESSED = frozenset({Decision.PNEUMONIA, Decision.NO_PNEUMONIA, Decision.UNCERTAIN})
