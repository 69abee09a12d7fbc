"""Builds the fact that follows a record at each step; None where the record has it already."""

from typing import Any

from contracts.answers import Answer
from contracts.blind_readings import is_in_sample
from contracts.facts import Fact, Failed, Received, Rejected, Screened
from contracts.record import FINAL_STATES, Record, State
from contracts.sites import SettingsVersion
from lambdas import clock
from lambdas.images import UploadedFile
from screening.errors import RejectedFile
from screening.input_statistics import InputStatistics
from screening.radiograph import Radiograph


def build_received(record: Record, file: UploadedFile) -> Fact | None:
    if record.object_version is not None or record.state in FINAL_STATES:
        return None
    return Received(
        **_common_fields(record),
        object_version=file.version,
        bytes=file.size,
        sha256=file.sha256,
    )


def build_rejected(record: Record, rejection: RejectedFile) -> Fact | None:
    if record.state in FINAL_STATES:
        return None
    return Rejected(**_common_fields(record), reason=rejection.reason, detail=rejection.detail)


def build_screened(
    record: Record,
    radiograph: Radiograph,
    *,
    answer: Answer,
    seconds: float,
    settings: SettingsVersion | None,
    statistics: InputStatistics,
) -> Fact | None:
    if record.state in FINAL_STATES:
        return None
    blind_share = settings.settings.blind_share if settings else 0.0
    return Screened(
        **_common_fields(record),
        answer=answer,
        image=radiograph.description,
        age_years=resolve_age_years(record, radiograph),
        seconds=round(seconds, 3),
        settings_version=settings.number if settings else None,
        input_mean=round(statistics.mean, 3),
        input_spread=round(statistics.spread, 3),
        input_sharpness=round(statistics.sharpness, 3),
        manufacturer=radiograph.manufacturer,
        scanner_model=radiograph.scanner_model,
        is_blind_sample=is_in_sample(record.radiograph_id, blind_share),
    )


def build_failed(record: Record) -> Fact | None:
    if record.state in FINAL_STATES or record.state is State.FAILED:
        return None
    return Failed(**_common_fields(record))


def resolve_age_years(record: Record, radiograph: Radiograph) -> int | None:
    """The patient's age from the file, or else the age that the doctor typed."""
    return radiograph.age_years if radiograph.age_years is not None else record.age_years


def _common_fields(record: Record) -> dict[str, Any]:
    return {
        "radiograph_id": record.radiograph_id,
        "sequence": record.sequence + 1,
        "at": clock.to_text(clock.now()),
    }
