"""Compares a snapshot with its stage: films that were deleted there since leave it."""

import json
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from collection.candidates import list_sites
from collection.removal import remove_films
from collection.snapshot import (
    STAGING,
    Provenance,
    read_provenance,
    read_snapshot,
    require_complete,
    write_snapshot,
)
from collection.stage_secret import PATIENT_PREFIX
from contracts import keys
from contracts.facts import Deleted
from contracts.serialisation import parse_fact
from release.stage_account import StageAccount, StageError, explain_aws_errors, find_stage
from training.sources.errors import SourceError

_THREADS = 8


class GoneFilmsError(SourceError):
    """Films were deleted at the stage, and have just been removed from the snapshot."""


def check_before_training(data: Path) -> None:
    """Does nothing for a data set that is no snapshot; says so where the stage cannot be reached.

    Raises GoneFilmsError where films had to be removed, and SourceError for a damaged snapshot.
    """
    snapshot = read_snapshot(data)
    if snapshot is None:
        return
    try:
        account = find_stage(snapshot.stage, region=snapshot.region)
        gone = refresh(account, data)
    except StageError as error:
        print(
            f"{data} was not compared with its stage {snapshot.stage}, the last time on "
            f"{snapshot.compared_at[:10]}: films that were deleted there since are still in it. "
            f"{error}"
        )
        return
    if gone:
        raise GoneFilmsError(
            f"{len(gone)} films of {data} may not be trained on any more: they were deleted at "
            f"{snapshot.stage}, or their site no longer lends its films. They are removed from "
            "it. Start the same command again: it trains without them."
        )


def refresh(account: StageAccount, data: Path) -> Sequence[Provenance]:
    """Removes the films that may not be in the snapshot any more, and returns them.

    Raises SourceError where `data` is no complete snapshot of the stage, and StageError.
    """
    snapshot = read_snapshot(data)
    if snapshot is None:
        raise SourceError(f"{data} is no snapshot of a stage: snapshot.json is not there.")
    if snapshot.stage != account.environment.stage:
        raise SourceError(f"{data} is a snapshot of the stage {snapshot.stage}.")
    # Of a run that was stopped: nobody knows which of these films are still there.
    shutil.rmtree(data / STAGING, ignore_errors=True)
    require_complete(snapshot, data, PATIENT_PREFIX)
    with explain_aws_errors():
        gone = _find_gone(account, read_provenance(data))
    if gone:
        remove_films(data, snapshot, {film.radiograph for film in gone})
    now = datetime.now(UTC).isoformat(timespec="seconds")
    write_snapshot(data, replace(snapshot, compared_at=now))
    return gone


def _find_gone(account: StageAccount, films: Sequence[Provenance]) -> list[Provenance]:
    s3, bucket = account.client("s3"), account.environment.facts_bucket
    sites, _ = list_sites(s3, bucket)
    with ThreadPoolExecutor(_THREADS) as threads:
        flags = list(threads.map(partial(_is_deleted, s3, bucket), films))
    return [
        film
        for film, is_deleted in zip(films, flags, strict=True)
        if is_deleted or film.site not in sites
    ]


def _is_deleted(s3: Any, bucket: str, film: Provenance) -> bool:
    """Reads the facts that followed those of the snapshot. A film whose facts cannot be read, or
    are gone, may have been deleted.
    """
    last = keys.fact(film.radiograph, int(film.facts))
    before = keys.fact(film.radiograph, int(film.facts) - 1)
    listing = s3.list_objects_v2(
        Bucket=bucket, Prefix=keys.facts_prefix(film.radiograph), StartAfter=before
    )
    names = [item["Key"] for item in listing.get("Contents", [])]
    if last not in names:
        return True
    for name in names[1:]:
        content = s3.get_object(Bucket=bucket, Key=name)["Body"].read()
        try:
            if isinstance(parse_fact(json.loads(content)), Deleted):
                return True
        except (ValueError, RecursionError):
            return True
    return False
