"""Screens files and folders on one machine, with no server and no login.

`python -m local.screen [--json] [--model cpu|endpoint] PATH...`
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from contracts import words
from contracts.answers import Answer, Decision, Predictor
from contracts.endpoint import Prediction, predictions, request
from contracts.record import State
from local.settings import ROOT, Model
from screening import pictures
from screening.answer import answer
from screening.card import ModelCard, read_card
from screening.errors import ModelError, RejectedFile
from screening.litert import CpuModel
from screening.radiograph import Pixels
from screening.read import read_radiograph

MODELS = ROOT / "models"

_INSTALL_TRAINING = "install it with `make .venv/.training`"

Predict = Callable[[Pixels], Prediction]

_COLOURS = {
    Decision.PNEUMONIA: "yellow",
    Decision.NO_PNEUMONIA: "cyan",
    Decision.UNCERTAIN: "magenta",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """What is said of one file: `probability` is calibrated at the validation prevalence and
    `positive` is at or above the operating threshold, also inside the uncertain band.
    """

    file: str
    state: State
    decision: Decision | None
    reason: str | None
    probability: float | None
    positive: bool | None
    typicality: float | None
    model_version: str


@dataclass(frozen=True, kw_only=True)
class Screener:
    card: ModelCard
    predictor: Predictor
    predict: Predict

    def screen(self, path: Path) -> tuple[Line, str]:
        """The line of a file, and the same in words."""
        try:
            radiograph = read_radiograph(path.read_bytes())
        except RejectedFile as rejection:
            reason = words.rejection(rejection.reason, rejection.detail)
            return self._line(path, State.REJECTED, reason=rejection.reason), reason
        except OSError as error:
            why = error.strerror or "unreadable"
            return self._line(path, State.FAILED, reason=why), f"Cannot be opened: {why}."
        said = answer(
            self.predict(pictures.model_input(radiograph.pixels)),
            self.card,
            predictor=self.predictor,
            age_years=radiograph.age_years,
        )
        return self._line(path, State.SCREENED, said=said), words.decision(said)

    def _line(
        self, path: Path, state: State, *, reason: str | None = None, said: Answer | None = None
    ) -> Line:
        assessed = said is not None and said.decision is not Decision.NOT_ASSESSED
        return Line(
            file=str(path),
            state=state,
            decision=said.decision if said else None,
            reason=said.reason if said else reason,
            probability=said.probability if said and assessed else None,
            positive=said.positive if said and assessed else None,
            typicality=said.typicality if said else None,
            model_version=self.card.model_version,
        )


def files_in(paths: list[Path]) -> list[Path]:
    """The files, and those of folders at any depth, in order; hidden ones are passed over."""
    found: list[Path] = []
    for path in paths:
        inside = (p for p in sorted(path.rglob("*")) if p.is_file() and not p.name.startswith("."))
        found += inside if path.is_dir() else [path]
    return found


def screener(model: Model, models: Path = MODELS) -> Screener:
    """The bundled model, as the functions or as the endpoint run it. Raises ModelError."""
    card = read_card(models / "model_card.json")
    if model is Model.CPU:
        cpu = CpuModel((models / card.cpu_path).read_bytes(), card)
        return Screener(card=card, predictor=Predictor.CPU, predict=cpu.predict)
    return Screener(card=card, predictor=Predictor.ENDPOINT, predict=_endpoint(models))


def _endpoint(models: Path) -> Predict:
    """The archive's own handlers over the SavedModel; TensorFlow is loaded here and only here."""
    from local.endpoint import start_container
    from sagemaker_inference.archive import build_archive

    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "model.tar.gz"
        build_archive(models, archive)
        container = start_container(archive)

    def predict(pixels: Pixels) -> Prediction:
        status, content, _ = container.invoke(request([pixels.tobytes()]), {})
        if status != 200:
            raise ModelError(f"the endpoint answers {status}: {content.decode()}")
        return predictions(content, expected=1)[0]

    return predict


def main() -> int:
    """0 when every file was looked at, 2 when a path or the model is not there."""
    chosen = _parser().parse_args()
    missing = [str(path) for path in chosen.paths if not path.exists()]
    if missing:
        print(f"There is no file or folder {', '.join(missing)}.", file=sys.stderr)
        return 2
    try:
        screening = screener(chosen.model)
    except ModelError as error:
        print(f"The model cannot be used: {error}.", file=sys.stderr)
        return 2
    except ModuleNotFoundError as error:
        print(f"The endpoint model needs {error.name}: {_INSTALL_TRAINING}.", file=sys.stderr)
        return 2
    lines = _screen_all(screening, files_in(chosen.paths))
    if chosen.json:
        for line, _ in lines:
            print(json.dumps(asdict(line)))
    else:
        _print_table(list(lines))
    return 0


def _screen_all(screening: Screener, files: list[Path]) -> Iterator[tuple[Line, str]]:
    """Progress goes to the terminal beside the output, and nowhere where there is no terminal."""
    console = Console(stderr=True)
    for path in track(files, "Screening", console=console, disable=not console.is_terminal):
        yield screening.screen(path)


def _print_table(lines: list[tuple[Line, str]]) -> None:
    table = Table(box=None, header_style="bold")
    table.add_column("File", overflow="fold")
    table.add_column("Answer")
    table.add_column("Probability", justify="right")
    for line, sentence in lines:
        probability = "" if line.probability is None else words.percent(line.probability)
        colour = _COLOURS.get(line.decision, "dim") if line.decision else "dim"
        table.add_row(line.file, f"[{colour}]{sentence}[/]", probability)
    console = Console()
    console.print(table)
    versions = {line.model_version for line, _ in lines}
    console.print(f"\nModel {', '.join(versions)}. {words.DISCLAIMER}" if lines else "No files.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.screen", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--model", type=Model, choices=list(Model), default=Model.CPU)
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a file or a folder")
    return parser


if __name__ == "__main__":
    sys.exit(main())
