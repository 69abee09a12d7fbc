"""Six months of a hospital, step by step, with what each month's answers were worth."""

import contextlib
import csv
import io
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from collection.stage_secret import PATIENT_PREFIX
from contracts.answers import Answer, Decision
from recalibration.command import recalibrate, undo
from recalibration.target import RecalibrationError, Target
from reliability.half_year.account import FACTS_BUCKET, IMAGES_BUCKET, MODELS_BUCKET, SITE, STAGE
from reliability.half_year.commands import promote, run_command, train_head
from reliability.half_year.films import (
    AGE_YEARS,
    FIRST_SCANNER,
    SECOND_SCANNER,
    Scanner,
    encode_film,
)
from reliability.half_year.hospital import Hospital
from reliability.half_year.readers import FIRST, SECOND, Readers
from storage.facts import read_record
from storage.site_settings import SiteSettingsStore
from training.data.manifest import FOLDER, MANIFEST, Radiograph

# Of the films: read by one doctor, and then by a second one.
_REVIEWED, _READ_TWICE = 0.7, 0.3
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
    """`folder` holds data sets and models; `say` takes each line of the story."""

    hospital: Hospital
    months: Sequence[Sequence[Radiograph]]
    base_data: Path
    folder: Path
    say: Callable[[str], None] = print
    readers: Readers = field(default_factory=Readers)
    answered: list[AnsweredFilm] = field(default_factory=list)
    promoted: int = 0
    refused: int = 0
    rolled_back: int = 0
    is_recalibrated: bool = False

    def run(self) -> None:
        self._release_base_model()
        for month in (1, 2):
            self._work(month, FIRST_SCANNER)
        self._work(3, SECOND_SCANNER)
        self._recalibrate()
        self._work(4, SECOND_SCANNER)
        self._retrain()
        self._work(5, SECOND_SCANNER)
        self._override_the_gate()
        films = self.months[5]
        self._work(6, SECOND_SCANNER, films[:_EMERGENCY_FILMS])
        self._roll_back()
        self._work(6, SECOND_SCANNER, films[_EMERGENCY_FILMS:])

    # The hospital

    def _work(
        self, month: int, scanner: Scanner, films: Sequence[Radiograph] | None = None
    ) -> None:
        """Uploads the films of a month, day by day, has some reviewed, and looks for drift."""
        films = self.months[month - 1] if films is None else films
        ringing = 0
        for start in range(0, len(films), _STEP):
            with _silence():
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

    # The data scientist

    def _release_base_model(self) -> None:
        model = self.folder / "base-model"
        train_head(self.base_data, model, cache=self.folder / "cache")
        version = self._register(model)
        promote(version, "--approve", "the first model")
        self.hospital.follow_model()
        self.say(f"{version} answers, trained on films of the first scanner")

    def _recalibrate(self) -> None:
        """A fit that is no better on other patients is refused, as a challenger is."""
        try:
            with _silence():
                recalibrate(
                    self._target(), SITE, why="the administrator: new scanner", confirm=_agree
                )
        except RecalibrationError as error:
            self.refused += 1
            self.say(f"recalibration: {error}")
            return
        self.is_recalibrated = True
        settings = SiteSettingsStore(self._target().s3, FACTS_BUCKET).read_newest(SITE)
        assert settings is not None
        self.say(f"recalibrated: {settings.reason}")

    def _retrain(self) -> None:
        """The good challenger passes the gate; one that was trained on wrong labels does not."""
        snapshot, base = self.folder / "snapshot", self.folder / "base-model"
        shutil.rmtree(snapshot, ignore_errors=True)
        run_command("training.collect", STAGE, "--out", snapshot, "--base", self.base_data)
        wrong = _mistake_labels(snapshot, self.folder / "wrong-labels")
        cache = self.folder / "cache"
        for data, name in ((snapshot, "challenger"), (wrong, "mistaken")):
            shutil.rmtree(self.folder / name, ignore_errors=True)
            train_head(data, self.folder / name, cache=cache, warm_start=base)
        if self._judge("mistaken", snapshot):
            raise AssertionError("The gate passed a model that was trained on wrong labels.")
        if self._judge("challenger", snapshot):
            version = _read_version(self.folder / "challenger")
            promote(version, "--approve", "it passed the gate")
            if self.is_recalibrated:  # Its slope and offset are of the model before.
                with _silence():
                    undo(self._target(), SITE, confirm=_agree)
            self._count_promotion(version)

    def _judge(self, name: str, data: Path) -> bool:
        """Whether the gate passes a model against the one that answers."""
        version = self._register(self.folder / name)
        status, output = run_command(
            "training.gate", version, "--stage", STAGE, "--data", data, may_refuse=True
        )
        (self.folder / f"gate-{name}.txt").write_text(output)
        self.refused += status == 1
        self.say(f"the gate {'refuses' if status else 'passes'} {version} ({name})")
        return status == 0

    def _override_the_gate(self) -> None:
        version = _read_version(self.folder / "mistaken")
        promote(version, "--approve", "by mistake", "--without-gate", "an emergency, they thought")
        self._count_promotion(version)

    def _roll_back(self) -> None:
        run_command("training.promote", "--back", "--stage", STAGE)
        self.hospital.follow_model()
        self.rolled_back += 1
        self.say("rolled back to the model before")

    def _count_promotion(self, version: str) -> None:
        self.hospital.follow_model()
        self.promoted += 1
        self.say(f"{version} answers")

    def _register(self, model: Path) -> str:
        run_command("training.register", model, "--stage", STAGE)
        return _read_version(model)

    def _target(self) -> Target:
        return Target(
            s3=self.hospital.account.client("s3"),
            facts_bucket=FACTS_BUCKET,
            images_bucket=IMAGES_BUCKET,
            models_bucket=MODELS_BUCKET,
            by="operator",
        )


def _agree(question: str) -> bool:
    return True


def _describe(month: int, film: Radiograph, answer: Answer) -> AnsweredFilm:
    return AnsweredFilm(
        month=month,
        version=answer.model_version,
        has_pneumonia=film.pneumonia,
        is_positive=answer.positive,
        is_sure=answer.decision in (Decision.PNEUMONIA, Decision.NO_PNEUMONIA),
    )


def _mistake_labels(snapshot: Path, out: Path) -> Path:
    """A copy of a snapshot as if "no pneumonia" of the hospital had been imported as pneumonia."""
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(snapshot, out, symlinks=True)
    manifest = out / FOLDER / MANIFEST
    with manifest.open(newline="") as lines:
        reader = csv.DictReader(lines)
        columns, rows = list(reader.fieldnames or ()), list(reader)
    for row in rows:
        if row["patient_key"].startswith(PATIENT_PREFIX) and row["class"] == "NORMAL":
            folder = out / FOLDER / row["split"]
            (folder / "PNEUMONIA").mkdir(exist_ok=True)
            (folder / "NORMAL" / row["file"]).rename(folder / "PNEUMONIA" / row["file"])
            row["class"] = "PNEUMONIA"
    with manifest.open("w", newline="") as lines:
        writer = csv.DictWriter(lines, columns)
        writer.writeheader()
        writer.writerows(rows)
    return out


def _read_version(model: Path) -> str:
    return str(json.loads((model / "model_card.json").read_text())["model_version"])


@contextlib.contextmanager
def _silence() -> Iterator[io.StringIO]:
    """The functions write their log and metrics to the standard output."""
    with contextlib.redirect_stdout(io.StringIO()) as output:
        yield output
