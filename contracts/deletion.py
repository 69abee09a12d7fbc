"""Why and by whom a radiograph was deleted."""

from dataclasses import dataclass
from enum import StrEnum


class DeletionReason(StrEnum):
    """An administrator chooses one: a free text could name the patient, and facts are kept."""

    WRONG_PATIENT = "wrong_patient"
    DUPLICATE = "duplicate"
    NOT_CHEST = "not_chest"
    PATIENT_REQUEST = "patient_request"
    TEST_FILE = "test_file"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Deletion:
    """`by` is the subject of the administrator's token, or the id of the operator of a command, who
    states no reason: it is None, as in facts before 0.2.0.
    """

    at: str
    by: str
    reason: DeletionReason | None = None
