"""Writes a snapshot: the films of a stage that have a label, added to a base data set or alone."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from collection.base_data import link_folders, list_base_images
from collection.candidates import Candidates, OpenReader, find_candidates
from collection.description import describe_films, join_descriptions
from collection.members import build_image, describe_members
from collection.originals import FetchedFilm, Originals, StoredPixels
from collection.removal import log_source, remove_stale_files
from collection.snapshot import (
    STAGING,
    Provenance,
    Snapshot,
    read_provenance,
    read_rows,
    read_snapshot,
    write_provenance,
    write_rows,
    write_snapshot,
)
from collection.stage_secret import PATIENT_PREFIX, StageSecret, read_or_create_secret
from release.stage_account import StageAccount, StageError
from training.atomic_write import write_atomically
from training.data.manifest import DESCRIPTION_FILE, FOLDER, MANIFEST, read_description
from training.sources.data_set import DataSet, write_data_set
from training.sources.errors import SourceError
from training.sources.source_image import Exclusion

_OPEN = "one reader alone who had seen the answer has labelled it"
_OPEN_WITHHELD = f"{_OPEN}, and its patient is withheld for evaluation"


@dataclass(frozen=True, kw_only=True)
class Options:
    """`withheld_share` is None for that of the stage."""

    out: Path
    base: Path | None = None
    open_reader: OpenReader = OpenReader.TRAIN
    uses_unidentified: bool = False
    withheld_share: float | None = None


@dataclass(frozen=True, kw_only=True)
class Collection:
    """What a run has written, for its summary."""

    data_set: DataSet
    films: Sequence[Provenance]
    candidates: Candidates


def collect(account: StageAccount, options: Options) -> Collection:
    """Writes the snapshot that `python -m training --data` takes; a stopped run resumes.

    Raises SourceError where no film can be used, StageError, and botocore's errors.
    """
    environment = account.environment
    if not environment.facts_bucket:
        raise StageError(f"Stage {environment.stage} is of an earlier release: deploy it again.")
    s3, out = account.client("s3"), options.out
    _require_own_folder(out, environment.stage)
    base = list_base_images(options.base) if options.base else []
    secret = read_or_create_secret(
        s3, environment.models_bucket, withheld_share=options.withheld_share
    )
    candidates = find_candidates(s3, environment.facts_bucket)
    _require_sites(candidates)
    originals = Originals(
        s3=s3,
        images_bucket=environment.images_bucket,
        secret=secret,
        folder=out / STAGING,
        uses_unidentified=options.uses_unidentified,
        earlier=_find_earlier(out),
    )
    films, unusable = originals.fetch(candidates.films)
    films, unlike = _apply_reader_rule(films, secret, options.open_reader)
    # Before the manifest: a data set with collected films is always known as a snapshot.
    now = datetime.now(UTC).isoformat(timespec="seconds")
    snapshot = Snapshot(
        stage=environment.stage,
        region=environment.region,
        sites=candidates.sites,
        collected_at=now,
        compared_at=now,
    )
    write_snapshot(out, snapshot)
    data_set = write_data_set(
        [*base, *(build_image(film, secret) for film in films)],
        [*candidates.exclusions, *unusable, *unlike],
        out,
        source=log_source(environment.stage),
    )
    members = describe_members(films, secret, out)
    if not members:
        raise SourceError(f"No collected film can be used: {out / 'left-out.csv'} says why.")
    _write_descriptions(members, options, environment.stage)
    remove_stale_files(out, stage=environment.stage)
    shutil.rmtree(out / STAGING)
    return Collection(data_set=data_set, films=members, candidates=candidates)


def _require_own_folder(out: Path, stage: str) -> None:
    snapshot = read_snapshot(out)
    is_other = snapshot.stage != stage if snapshot else (out / FOLDER / MANIFEST).exists()
    if is_other:
        raise SourceError(
            f"{out} holds a data set that is no snapshot of {stage}. Give another folder with "
            "--out."
        )


def _require_sites(candidates: Candidates) -> None:
    if not candidates.sites:
        names = ", ".join(candidates.refusing) or "there is none yet"
        raise SourceError(
            "No site lends its films to training. An administrator of a site allows it on the page "
            f"of its settings. Sites: {names}."
        )


def _find_earlier(out: Path) -> dict[tuple[str, str | None], StoredPixels]:
    """The films of the snapshot before, which need not be fetched again."""
    return {
        (film.radiograph, film.original_sha256): StoredPixels(
            path=film.path(out), patient=film.patient, is_identified=film.is_identified == "yes"
        )
        for film in read_provenance(out)
        if film.path(out).is_file()
    }


def _apply_reader_rule(
    films: Sequence[FetchedFilm], secret: StageSecret, open_reader: OpenReader
) -> tuple[list[FetchedFilm], list[Exclusion]]:
    """Leaves out films of one open reader: all of them, or those that would be withheld."""
    usable: list[FetchedFilm] = []
    exclusions: list[Exclusion] = []
    for film in films:
        is_open = film.candidate.is_single_open and open_reader is not OpenReader.ALL
        is_withheld = secret.is_withheld(film.pixels.patient)
        if is_open and (is_withheld or open_reader is OpenReader.NONE):
            reason = _OPEN if open_reader is OpenReader.NONE else _OPEN_WITHHELD
            exclusions.append(Exclusion(film.candidate.record.radiograph_id, reason))
        else:
            usable.append(film)
    return usable, exclusions


def _write_descriptions(members: Sequence[Provenance], options: Options, stage: str) -> None:
    """Writes provenance, `about.json`, and the manifest with the source of each image."""
    out = options.out
    write_provenance(out, members)
    own = describe_films(stage, members)
    about, base_name = own, ""
    if options.base:
        base = read_description(options.base)
        about, base_name = join_descriptions(base, own), base["name"]
        link_folders(options.base, out)
    write_atomically(
        out / FOLDER / DESCRIPTION_FILE, json.dumps(about, indent=2, ensure_ascii=False).encode()
    )
    columns, rows = read_rows(out)
    for row in rows:
        is_own = row["patient_key"].startswith(PATIENT_PREFIX)
        row["source"] = f"stage {stage}" if is_own else base_name
    write_rows(out, [*columns, "source"], rows)
