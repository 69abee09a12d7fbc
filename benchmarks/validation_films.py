"""The films on which a benchmark may draw: the validation films of the bundled model.

The model has not learnt their labels, and no test film is among them.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from training.data.manifest import Radiograph, read_manifest
from training.data.split import split_by_patient

MODEL = Path("models")


def read_card() -> dict[str, Any]:
    return dict(json.loads((MODEL / "model_card.json").read_text()))


def read_films(data: Path) -> tuple[Radiograph, ...]:
    share = read_card()["recipe"]["validation_share"]
    return split_by_patient(read_manifest(data), share=share).validation


def build_parser(
    name: str, description: str | None, *, draws: int, wrong: float
) -> argparse.ArgumentParser:
    """The options of a benchmark that draws films, of which a share has the wrong label."""
    parser = argparse.ArgumentParser(
        prog=f"python -m benchmarks.{name}",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--draws", type=int, default=draws)
    parser.add_argument("--wrong", type=float, default=wrong, help="share of labels that are wrong")
    return parser
