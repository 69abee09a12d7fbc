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
    SEVERAL_FILMS = "several_films"
    SCREENSHOT = "screenshot"
    UNLIKE_TRAINING = "unlike_training"
    AGE = "age"
    AGE_DISAGREES = "age_disagrees"
    AGE_UNCLEAR = "age_unclear"
    AGE_MISSING = "age_missing"
    POPULATION_NOT_VALID = "population_not_valid"


class Population(StrEnum):
    """The patients for whom a calibration, a threshold and a band hold."""

    CHILD = "child"
    ADULT = "adult"


class Predictor(StrEnum):
    """Where the network ran: both are exports of the same network."""

    ENDPOINT = "endpoint"
    CPU = "cpu"


class Caution(StrEnum):
    """A limitation that is shown beside an answer."""

    AGE_OUTSIDE = "age_outside"
    AGE_UNKNOWN = "age_unknown"
    PHOTOGRAPHED = "photographed"
    MIRRORED = "mirrored"
    OUTSIDE_LUNGS = "outside_lungs"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The answer to one radiograph.

    `probability` is calibrated at the prevalence that the card names, for children with the
    site's slope and offset, and thresholds apply to it; `shown_probability` is the same at
    `prevalence`, which the sentence beside it names. `like_this_per_100` is how many of 100
    radiographs with such a score have pneumonia at `prevalence` (0 is fewer than 1, 100 more than
    99), by the `like_this_radiographs` that the validation set holds with such a score. Both are
    None where there were too few, or where the site's slope or offset applies; the latter also in
    answers of releases before 0.2. `population` is the one whose calibration and thresholds were
    used; None in answers of models before release 0.2. `adult` and `lung_energy` are those of the
    prediction (`contracts.endpoint`), with which the answer for another age is found.
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
    population: Population | None = None
    like_this_radiographs: int | None = None
    adult: float | None = None
    lung_energy: float | None = None

    @property
    def is_assessed(self) -> bool:
        """Whether the decision stands beside its probability."""
        return self.decision in _ASSESSED

    @property
    def is_unusable(self) -> bool:
        """Whether the image is the reason why nothing is assessed, and not the patient's age."""
        return self.reason is not None and self.reason not in AGE_REASONS


# Reasons that lie in the patient's age, not in the image.
AGE_REASONS = frozenset(
    {
        NotAssessed.AGE,
        NotAssessed.AGE_DISAGREES,
        NotAssessed.AGE_UNCLEAR,
        NotAssessed.AGE_MISSING,
        NotAssessed.POPULATION_NOT_VALID,
    }
)
_ASSESSED = frozenset({Decision.PNEUMONIA, Decision.NO_PNEUMONIA, Decision.UNCERTAIN})
