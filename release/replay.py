"""Screens the stored films of a stage again with a challenger, and says what would have changed.

It takes the place of shadow traffic: nothing is written, and no doctor sees it. The originals are
decoded in a sandbox and answered by the CPU model, with the age and the settings of the site that
the stored answer follows. Identities are not read.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

from contracts import keys
from contracts.answers import Answer, Decision, Predictor
from contracts.canary import CANARY_SITE
from contracts.differences import is_differing
from contracts.findings import has_pneumonia
from contracts.model_layout import CARD_FILE
from contracts.record import Record, State
from contracts.sites import SiteSettings
from contracts.training import TrainingEnvironment
from release.stage_account import StageAccount, StageError, explain_aws_errors
from screening.answer import build_answer
from screening.card import ModelCard, read_card
from screening.cpu_model import CpuModel
from screening.errors import RejectedFile, SandboxError
from screening.images import build_model_input
from screening.radiograph import Radiograph
from screening.sandbox import SandboxedDecoder
from storage.facts import list_radiographs
from storage.film_records import StoredFilm, read_films
from storage.site_settings import SiteSettingsStore
from training.comparison.speed import load_cpu_model

_INDEX = "index/"
_DETECTS = {Decision.PNEUMONIA: True, Decision.NO_PNEUMONIA: False}


@dataclass(frozen=True, kw_only=True)
class ReplayedFilm:
    """`before` is the stored answer. `has_pneumonia` is what the reviews say, None where they do
    not say it or doctors differ.
    """

    radiograph_id: str
    before: Answer
    after: Answer
    has_pneumonia: bool | None

    @property
    def is_flipped(self) -> bool:
        """Whether the answer changes from one for pneumonia to one against it, or back."""
        decisions = {self.before.decision, self.after.decision}
        return decisions == set(_DETECTS)


@dataclass(frozen=True, kw_only=True)
class Replay:
    """`unreadable` counts films whose facts or original cannot be read."""

    version: str
    films: Sequence[ReplayedFilm]
    unreadable: int

    @property
    def transitions(self) -> Counter[tuple[Decision, Decision]]:
        """How many films had the first decision and get the second one."""
        return Counter((film.before.decision, film.after.decision) for film in self.films)

    def count_agreement(self, *, is_after: bool) -> tuple[int, int]:
        """Returns the films that reviews and answer call alike, and those that both call."""
        pairs = [
            (film.has_pneumonia, _DETECTS.get((film.after if is_after else film.before).decision))
            for film in self.films
        ]
        both = [(label, answer) for label, answer in pairs if None not in (label, answer)]
        return sum(label == answer for label, answer in both), len(both)


def replay(account: StageAccount, folder: Path, *, days: int, now: dt.datetime) -> Replay:
    """Replays the films of the last `days`, all sites, with the model in `folder`.

    Raises StageError.
    """
    environment = account.environment
    if not environment.facts_bucket:
        raise StageError(
            f"{environment.stage} does not say where its films lie. Deploy it again, or start "
            "`make run` again."
        )
    card, decoder = read_card(folder / CARD_FILE), SandboxedDecoder()
    films: list[ReplayedFilm] = []
    unreadable = 0
    try:
        with explain_aws_errors():
            screening = _Screening(
                s3=account.client("s3"),
                environment=environment,
                card=card,
                model=load_cpu_model(folder, threads=1),
                decoder=decoder,
            )
            for stored in screening.list_films(since=now - dt.timedelta(days=days)):
                try:
                    films += screening.answer_again(stored)
                except _UnreadableError:
                    unreadable += 1
    finally:
        decoder.close()
    return Replay(version=card.model_version, films=films, unreadable=unreadable)


class _UnreadableError(Exception):
    """The facts or the original of a film cannot be read."""


@dataclass(frozen=True, kw_only=True)
class _Screening:
    """The challenger, and the stage whose films it reads."""

    s3: Any
    environment: TrainingEnvironment
    card: ModelCard
    model: CpuModel
    decoder: SandboxedDecoder

    def list_films(self, *, since: dt.datetime) -> Iterator[StoredFilm]:
        """The films of all sites but the canary's that were announced since a time."""
        bucket = self.environment.facts_bucket
        pages = self.s3.get_paginator("list_objects_v2").paginate(
            Bucket=bucket, Prefix=_INDEX, Delimiter="/"
        )
        prefixes = [each["Prefix"] for page in pages for each in page.get("CommonPrefixes", [])]
        for site in sorted(prefix.removeprefix(_INDEX).rstrip("/") for prefix in prefixes):
            if site != CANARY_SITE:
                newest_first = read_films(self.s3, bucket, list_radiographs(self.s3, bucket, site))
                yield from takewhile(lambda film: _is_since(film.record, since), newest_first)

    def answer_again(self, stored: StoredFilm) -> list[ReplayedFilm]:
        """Returns nothing for a film without an answer. Raises _UnreadableError."""
        record = stored.record
        if record is None:
            raise _UnreadableError
        if record.state is not State.SCREENED or record.answer is None:
            return []
        radiograph = self._decode(record.radiograph_id)
        after = build_answer(
            self.model.predict(build_model_input(radiograph.pixels)),
            self.card,
            predictor=Predictor.CPU,
            site=self._read_settings(record.site, stored.settings_version),
            age_years=record.age_years,
            photographed=radiograph.photographed,
            mirrored=radiograph.mirrored,
            exclusion=radiograph.exclusion,
        )
        label = _find_label(record)
        radiograph_id, before = record.radiograph_id, record.answer
        return [
            ReplayedFilm(
                radiograph_id=radiograph_id, before=before, after=after, has_pneumonia=label
            )
        ]

    def _decode(self, radiograph_id: str) -> Radiograph:
        try:
            response = self.s3.get_object(
                Bucket=self.environment.images_bucket, Key=keys.original(radiograph_id)
            )
            return self.decoder(response["Body"].read())
        except (RejectedFile, SandboxError, self.s3.exceptions.NoSuchKey) as error:
            raise _UnreadableError from error

    def _read_settings(self, site: str, number: int | None) -> SiteSettings | None:
        """The settings of the site that the stored answer follows."""
        store = SiteSettingsStore(self.s3, self.environment.facts_bucket)
        version = store.read(site, number) if number else None
        return version.settings if version else None


def describe_replay(result: Replay) -> list[str]:
    """Returns sentences without anything of a patient; a radiograph's id opens its page."""
    flipped = [film for film in result.films if film.is_flipped]
    changed = sum(film.before.decision != film.after.decision for film in result.films)
    sentences = [
        f"{len(result.films)} films, by {result.version}: {changed} would have another answer, and "
        f"{len(flipped)} of them the opposite one. {result.unreadable} could not be read."
    ]
    for name, is_after in (("stored answers", False), (result.version, True)):
        right, total = result.count_agreement(is_after=is_after)
        sentences.append(f"Reviews agree with {right} of {total} by {name}.")
    sentences.append(
        "Doctors reviewed after they had seen the stored answer, which favours it (verification "
        "bias)."
    )
    sentences += [
        f"{film.radiograph_id}: {film.before.decision} -> {film.after.decision}" for film in flipped
    ]
    return sentences


def _is_since(record: Record | None, since: dt.datetime) -> bool:
    return record is None or dt.datetime.fromisoformat(record.created_at) >= since


def _find_label(record: Record) -> bool | None:
    if not record.reviews or is_differing(record.reviews):
        return None
    return has_pneumonia(record.reviews[-1].finding)
