"""Every command line of docs/data-scientist.md runs as it stands there, from top to bottom."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from contracts import model_layout
from contracts.training import TrainingEnvironment
from phantoms.chest import draw_phantom
from phantoms.file_formats import encode_dicom
from storage.models_bucket import ModelsBucket
from tests.collection.reviewed_films import ReviewedFilms
from tests.conftest import ROOT
from tests.release.documented_road import MODEL, Road, read_blocks
from tests.release.stage import ENVIRONMENT, Stage, create_environment, start_stage
from tests.training.sources.synthetic_images import pixels, public_archive
from training.artefact.model_folder import read_model_folder

PYTHON = ".venv/bin/python -m"
# Lines that cannot run here, with the reason.
_TRIALS = "a training for each trial; test_tune.py runs a search here and as jobs"
NOT_RUN = {
    "make tune RECIPE=head TRIALS=20 DATA=folder": _TRIALS,
    f"{PYTHON} training.tune --recipe default --trials 30 --data DATA --set epochs=12": _TRIALS,
    'make tune STAGE=dev RECIPE=default TRIALS=30 ARGS="--parallel 4 --spot"': _TRIALS,
    f"{PYTHON} training.prepare mendeley --out DATA": "downloads 1.2 GB from Mendeley",
    f"{PYTHON} training.prepare weights --out DATA --keras-file "
    "resnet50v2_weights_tf_dim_ordering_tf_kernels_notop.h5": (
        "Keras's file cannot be had here; test_imagenet_stages.py runs the command on drawn weights"
    ),
    f"{PYTHON} training --recipe head --warm-start build/training/default --data DATA": (
        "a minute of the whole network; test_head_fit.py fits the layer of a small one"
    ),
    f"{PYTHON} training.pipeline show EXECUTION --stage dev": (
        "moto has no steps of an execution; test_pipeline_executions.py answers by a Stubber"
    ),
    "make pipeline DO=run STAGE=dev RECIPE=default": (
        "the training of a job, which test_pipeline_run.py runs"
    ),
    "make mlflow": "a server that runs until Ctrl-C",
    ". .local/aws.env": "written by `make run`, for which the stage `local` of moto stands here",
}
_PROMOTION = (
    'make promote STAGE=prod VERSION=default-0123abcd WHY="read by Dr. Example: card, reliability"'
)
# What runs in place of a line.
INSTEAD = {
    # A folder holds the data of one source, and the road goes on with the last.
    f"{PYTHON} training.prepare mendeley --archive ChestXRay2017.zip --out DATA": (
        f"{PYTHON} training.prepare mendeley --archive ChestXRay2017.zip --out mendeley"
    ),
    f"{PYTHON} training.prepare kaggle FOLDER --out DATA": (
        f"{PYTHON} training.prepare kaggle FOLDER --out kaggle"
    ),
    # test_joint_training.py has masks and films of adults.
    f"{PYTHON} training --recipe joint --warm-start build/default": (
        f"{PYTHON} training --recipe smoke --set seed=2 --warm-start build/default "
        "--out build/second"
    ),
    # A model of few films, as that of `smoke`, has no place in the usual ledger.
    "make evaluate MODELS=build/training/default DATA=folder": (
        f"make evaluate MODELS='{MODEL} --ledger tries.csv' DATA=folder"
    ),
    # No model of drawn films passes the gate against the released one.
    _PROMOTION: f"{_PROMOTION} ARGS='--without-gate \"drawn films\"'",
    f"{PYTHON} training.gate FOLDER OTHER_SEED THIRD_SEED --against FOLDER --data DATA": (
        f"{PYTHON} training.gate {MODEL} build/second --against {MODEL} --data DATA"
    ),
}
JUDGEMENT = re.compile(r"(passes|is refused by) the gate against")
KEY = "00" * 32
LINES = [(number, line) for number, block in enumerate(read_blocks()) for line in block]
STAGES = [
    ENVIRONMENT,
    *(
        replace(
            ENVIRONMENT,
            stage=stage,
            models_bucket=f"models-{stage}",
            facts_bucket=f"facts-{stage}",
            images_bucket=f"pictures-{stage}",
            model_package_group=f"chest-xray-{stage}",
        )
        for stage in ("prod", "local")
    ),
]


class Walk:
    """Runs the lines in their order, each once; a line needs all that stand before it."""

    def __init__(self, road: Road) -> None:
        self._road = road
        self._results: list[subprocess.CompletedProcess[str] | None] = []

    def run_to(self, index: int) -> "subprocess.CompletedProcess[str] | None":
        """Returns the result of this line, or None if it is in NOT_RUN."""
        while len(self._results) <= index:
            block, line = LINES[len(self._results)]
            if not self._results or LINES[len(self._results) - 1][0] != block:
                self._road.exports.clear()
            self._results.append(None if line in NOT_RUN else self._road.run(line))
        return self._results[index]


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """The stages dev, prod and local, as a deploy leaves them: the bundled version answers."""
    with pytest.MonkeyPatch.context() as monkeypatch, start_stage(monkeypatch) as stage:
        for environment in STAGES:
            if environment is not ENVIRONMENT:
                create_environment(stage, environment)
            _release_bundled(stage, environment)
        yield stage


def _release_bundled(stage: Stage, environment: TrainingEnvironment) -> None:
    version = read_model_folder(ROOT / "models").version
    bucket = ModelsBucket(stage.client("s3"), environment.models_bucket)
    for name in (model_layout.CPU_FILE, model_layout.CARD_FILE):
        content = (ROOT / "models" / name).read_bytes()
        bucket.create_file(
            version, name, content=content, metadata={model_layout.COPIED_FROM: name}
        )
    bucket.create_pointer(version)


@pytest.fixture(scope="module")
def walk(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    folder = tmp_path_factory.mktemp("road")
    _write_files(folder)
    # The model of a job that moto has only accepted.
    stage.job_outputs.append(folder / MODEL)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("XRAY_DATA", str(folder / "DATA"))
        _write_profile(folder / "aws", monkeypatch)
        [radiograph, *_] = [_review_films(stage, environment) for environment in STAGES]
        yield Walk(Road(folder=folder, radiograph=radiograph, instead=INSTEAD))


def _write_files(folder: Path) -> None:
    """The released model, the public archive in both forms, and films with their labels."""
    (folder / "models").symlink_to(ROOT / "models")
    (folder / "folder").symlink_to("DATA")
    public_archive(folder / "ChestXRay2017.zip")
    shutil.unpack_archive(folder / "ChestXRay2017.zip", folder / "FOLDER")
    labels = _write_films(folder / "FOLDER", count=48, is_phantom=False)
    (folder / "labels.csv").write_text(labels)
    (folder / "SITE" / "labels.csv").write_text(_write_films(folder / "SITE", 6, is_phantom=True))
    (folder / "DATA").mkdir()
    # The keyed hash then puts both classes into each part of the split.
    (folder / "DATA" / ".patient-key").write_text(KEY)


def _write_films(folder: Path, count: int, *, is_phantom: bool) -> str:
    """Returns the label file. In drawn films of soft grey, the lower half is brighter with
    pneumonia; phantoms resemble one another so much that one data set may not have many.
    """
    folder.mkdir(exist_ok=True)
    lines = ["file,label"]
    for number in range(count):
        is_ill = number % 2 == 1
        if is_phantom:
            film = draw_phantom(opacity=is_ill, seed=number // 2 + 1)
        else:
            film = 60 + pixels(number, 224, 224) // 10
            film[112:] += np.uint8(100 * is_ill)
        name = f"film-{number}.dcm"
        tags = {"PatientID": f"P-{number}", "PatientAge": "003Y"}
        tags |= {"WindowCenter": "128", "WindowWidth": "256"}
        (folder / name).write_bytes(encode_dicom(film, **tags))
        lines.append(f"{name},{'PNEUMONIA' if is_ill else 'NORMAL'}")
    return "\n".join(lines) + "\n"


def _write_profile(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_text("[profile dev-account]\naws_access_key_id=test\naws_secret_access_key=test\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))


def _review_films(stage: Stage, environment: TrainingEnvironment) -> str:
    """Puts films with two readers each into a stage, and returns the id of one."""
    films = ReviewedFilms(stage=stage, environment=environment)
    films.allow_training()
    names = ("a", "b", "c", "d")
    ids = [films.put(name, "pneumonia", "pneumonia", patient=f"P-{name}") for name in names]
    return ids[0]


@pytest.mark.parametrize("index", range(len(LINES)), ids=[line for _, line in LINES])
def test_a_line_of_the_page_runs(walk: Walk, index: int) -> None:
    line = LINES[index][1]
    result = walk.run_to(index)
    if result is None:
        pytest.skip(NOT_RUN[line])
    # The gate also returns 1 where it refuses.
    is_judgement = JUDGEMENT.search(result.stdout) is not None
    assert is_judgement == bool(re.search(r"(make |training\.)gate\b", line)), result.stderr
    allowed = (0, 1) if is_judgement else (0,)
    assert result.returncode in allowed, result.stdout[-2000:] + result.stderr[-4000:]


def test_each_exception_is_a_line_of_the_page() -> None:
    lines = {line for _, line in LINES}
    assert {*NOT_RUN, *INSTEAD} <= lines
