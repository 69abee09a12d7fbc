"""Finds the films of a stage that have a label for training, and why the others have none."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from contracts.canary import CANARY_SITE
from contracts.labels import Label, LabelSource, NoLabel, find_label, is_childs_answer
from contracts.record import Record
from storage.facts import list_radiographs
from storage.film_records import StoredFilm, read_films
from storage.site_settings import SiteSettingsStore
from training.sources.source_image import Exclusion

_REASONS = {
    NoLabel.NOT_CONCLUSIVE: "no reader and no outcome says whether there is pneumonia",
    NoLabel.READERS_DIFFER: "its readers differ, and nobody has settled it",
    NoLabel.OUTCOMES_DIFFER: "its outcomes differ",
}
_NOT_ASSESSED = "it got no assessment, so it may be no frontal chest X-ray"
_NOT_A_CHILD = "it is not of a child by its answer, and the data set holds children's films"
_UNREADABLE = "a fact of it cannot be read"


class OpenReader(StrEnum):
    """What the label of one reader who had seen the answer is good for."""

    TRAIN = "train"
    ALL = "all"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A film that has a label; its patient is not read yet."""

    record: Record
    label: Label
    settings_version: int | None

    @property
    def is_single_open(self) -> bool:
        """Whether the label is that of one reader who had seen the answer."""
        return self.label.source is LabelSource.ONE_READER and not self.label.is_blind


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """`sites` are those that allow training, `refusing` the others. `skipped` counts films that
    nobody has reviewed or that have no answer, which no list names.
    """

    films: tuple[Candidate, ...]
    exclusions: tuple[Exclusion, ...]
    sites: tuple[str, ...]
    refusing: tuple[str, ...]
    skipped: Counter[NoLabel]


def list_sites(s3: Any, facts_bucket: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Returns the sites whose newest settings allow training, and the others."""
    store = SiteSettingsStore(s3, facts_bucket)
    newest = {site: store.read_newest(site) for site in store.list_sites() if site != CANARY_SITE}
    allowing = [site for site, each in newest.items() if each and each.settings.allows_training]
    return tuple(allowing), tuple(site for site in newest if site not in allowing)


def find_candidates(s3: Any, facts_bucket: str) -> Candidates:
    """Reads all films of the sites that allow training."""
    sites, refusing = list_sites(s3, facts_bucket)
    films: list[Candidate] = []
    exclusions: list[Exclusion] = []
    skipped: Counter[NoLabel] = Counter()
    for film in _read_films(s3, facts_bucket, sites):
        candidate = _judge(film)
        if isinstance(candidate, Candidate):
            films.append(candidate)
        elif isinstance(candidate, Exclusion):
            exclusions.append(candidate)
        else:
            skipped[candidate] += 1
    return Candidates(
        films=tuple(films),
        exclusions=tuple(exclusions),
        sites=sites,
        refusing=refusing,
        skipped=skipped,
    )


def _read_films(s3: Any, facts_bucket: str, sites: tuple[str, ...]) -> Iterator[StoredFilm]:
    for site in sites:
        radiographs = list_radiographs(s3, facts_bucket, site)
        yield from read_films(s3, facts_bucket, radiographs)


def _judge(film: StoredFilm) -> Candidate | Exclusion | NoLabel:
    if film.record is None:
        return Exclusion(film.radiograph_id, _UNREADABLE)
    label, answer = find_label(film.record), film.record.answer
    if label is NoLabel.NO_ANSWER or label is NoLabel.NO_REVIEW or answer is None:
        return label if isinstance(label, NoLabel) else NoLabel.NO_ANSWER
    if isinstance(label, NoLabel):
        return Exclusion(film.radiograph_id, _REASONS[label])
    if not answer.is_assessed:
        return Exclusion(film.radiograph_id, _NOT_ASSESSED)
    if not is_childs_answer(answer):
        return Exclusion(film.radiograph_id, _NOT_A_CHILD)
    return Candidate(record=film.record, label=label, settings_version=film.settings_version)
