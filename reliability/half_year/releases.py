"""What data scientists and operators do in the half-year: models, recalibration and rollback."""

import csv
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from collection.stage_secret import PATIENT_PREFIX
from recalibration.command import recalibrate, undo
from recalibration.target import RecalibrationError, Target
from reliability.half_year.account import FACTS_BUCKET, IMAGES_BUCKET, MODELS_BUCKET, SITE, STAGE
from reliability.half_year.commands import promote, run_command, train_head
from reliability.half_year.hospital import Hospital, silence
from storage.site_settings import SiteSettingsStore
from training.data.manifest import FOLDER, MANIFEST


@dataclass(kw_only=True)
class Releases:
    """`folder` holds data sets and models; `say` takes each line of the story. The counts are of
    what followed the first model.
    """

    hospital: Hospital
    base_data: Path
    folder: Path
    say: Callable[[str], None] = print
    promoted: int = 0
    refused: int = 0
    rolled_back: int = 0
    is_recalibrated: bool = False

    def release_base_model(self) -> None:
        model = self.folder / "base-model"
        train_head(self.base_data, model, cache=self.folder / "cache")
        version = self._register(model)
        promote(version, "--approve", "the first model")
        self.hospital.follow_model()
        self.say(f"{version} answers, trained on films of the first scanner")

    def recalibrate(self) -> None:
        """A fit that is no better on other patients is refused, as a challenger is."""
        try:
            with silence():
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

    def retrain(self) -> None:
        """The good challenger passes the gate; one that was trained on wrong labels does not."""
        snapshot, base = self.folder / "snapshot", self.folder / "base-model"
        shutil.rmtree(snapshot, ignore_errors=True)
        # Labels of one doctor who had seen the answer would count among the films of validation.
        options = ("--out", snapshot, "--base", self.base_data, "--open-reader", "none")
        run_command("training.collect", STAGE, *options)
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
                with silence():
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

    def override_the_gate(self) -> None:
        version = _read_version(self.folder / "mistaken")
        promote(version, "--approve", "by mistake", "--without-gate", "an emergency, they thought")
        self._count_promotion(version)

    def roll_back(self) -> None:
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
