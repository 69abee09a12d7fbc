"""Six months of a hospital, step by step, with what each month's answers were worth."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from contracts.answers import Answer, Decision
from reliability.half_year.account import FACTS_BUCKET
from reliability.half_year.films import (
    AGE_YEARS,
    FIRST_SCANNER,
    SECOND_SCANNER,
    Scanner,
    encode_film,
)
from reliability.half_year.hospital import Hospital, silence
from reliability.half_year.readers import FIRST, SECOND, Readers
from reliability.half_year.releases import Releases
from storage.facts import read_record
from training.data.manifest import Radiograph

# Of the films: read by one doctor, and then by a second one.
_REVIEWED, _READ_TWICE = 0.7, 0.5
# Films between two looks at the drift function's result.
_STEP = 50
_EMERGENCY_FILMS = 100


@dataclass(frozen=True, kw_only=True)
class AnsweredFilm:
    """`is_positive` is the side of the threshold, `is_sure` False within the uncertain band."""

    month: int
    version: str
    has_pneumonia: bool
    is_positive: bool
    is_sure: bool


@dataclass(kw_only=True)
class HalfYear:
    """`months` are the films of each month; `say` takes each line of the story."""

    hospital: Hospital
    months: Sequence[Sequence[Radiograph]]
    releases: Releases
    say: Callable[[str], None] = print
    readers: Readers = field(default_factory=Readers)
    answered: list[AnsweredFilm] = field(default_factory=list)

    def run(self) -> None:
        self.releases.release_base_model()
        for month in (1, 2):
            self._work(month, FIRST_SCANNER)
        self._work(3, SECOND_SCANNER)
        self.releases.recalibrate()
        self._work(4, SECOND_SCANNER)
        self.releases.retrain()
        self._work(5, SECOND_SCANNER)
        self.releases.override_the_gate()
        films = self.months[5]
        self._work(6, SECOND_SCANNER, films[:_EMERGENCY_FILMS])
        self.releases.roll_back()
        self._work(6, SECOND_SCANNER, films[_EMERGENCY_FILMS:])

    def _work(
        self, month: int, scanner: Scanner, films: Sequence[Radiograph] | None = None
    ) -> None:
        """Uploads the films of a month, day by day, has some reviewed, and looks for drift."""
        films = self.months[month - 1] if films is None else films
        ringing = 0
        for start in range(0, len(films), _STEP):
            with silence():
                self._screen(month, scanner, films[start : start + _STEP])
                signals = self.hospital.count_drift_signals()
            if signals > ringing:
                self.say(f"month {month}: {signals} signals of drift after {start + _STEP} films")
            ringing = signals
        if not ringing:
            self.say(f"month {month}: no drift")

    def _screen(self, month: int, scanner: Scanner, films: Sequence[Radiograph]) -> None:
        for film in films:
            self.hospital.pass_time(timedelta(hours=2.8))
            content = encode_film(film, scanner, self.hospital.now.date())
            [radiograph_id] = self.hospital.upload([content], age_years=AGE_YEARS)
            self.answered.append(_describe(month, film, self._read_answer(radiograph_id)))
            self._review(radiograph_id, film)

    def _read_answer(self, radiograph_id: str) -> Answer:
        """From the facts: the API shows none of a film that a doctor reads blind first."""
        record = read_record(self.hospital.account.client("s3"), FACTS_BUCKET, radiograph_id)
        assert record is not None and record.answer is not None
        return record.answer

    def _review(self, radiograph_id: str, film: Radiograph) -> None:
        if not self.readers.draw(_REVIEWED):
            return
        answer = self.hospital.read(radiograph_id)["answer"]
        shown_answer = None if answer is None else bool(answer["positive"])
        doctors = [FIRST, SECOND] if self.readers.draw(_READ_TWICE) else [FIRST]
        for doctor in doctors:
            finding = self.readers.read(film.pneumonia, answer=shown_answer)
            self.hospital.review(radiograph_id, finding, doctor)


def _describe(month: int, film: Radiograph, answer: Answer) -> AnsweredFilm:
    return AnsweredFilm(
        month=month,
        version=answer.model_version,
        has_pneumonia=film.pneumonia,
        is_positive=answer.positive,
        is_sure=answer.decision in (Decision.PNEUMONIA, Decision.NO_PNEUMONIA),
    )
