"""The report of a look: tables and curves that go into the repository, and pictures of the worst
errors, which show X-rays and do not."""

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from screening.images import encode_saliency_overlay
from training.data.examples import load_images
from training.data.split import DataSplit
from training.evaluation import report_sections as sections
from training.evaluation.evaluated_model import EvaluatedModel
from training.evaluation.ledger import Metrics
from training.evaluation.model_evaluation import ModelEvaluation, TestSet, look
from training.evaluation.plots import CURVES, draw_curves
from training.evaluation.predictions_file import write_predictions
from training.evaluation.robustness import corrupted

_WORST = 12


def write_report(
    subjects: Sequence[EvaluatedModel],
    parts: DataSplit,
    *,
    data: Path,
    out: Path,
    pictures: Path,
    ledger: Path,
) -> Metrics:
    """Write `out`/README.md with what it shows; the figures of the first of `subjects`."""
    out.mkdir(parents=True, exist_ok=True)
    half = TestSet.of(parts.test)
    looked = look(subjects, half, ledger=ledger)
    _write_predictions(out / "predictions", looked, parts)
    first = looked[0]
    stressed = corrupted(first.subject, half.pixels, half.truth)
    draw_curves(out, first.said, half.truth, point=first.subject.point, corruptions=stressed)
    _show_worst(pictures, first, half)
    text = {
        f"# Evaluation of {first.subject.version}": sections.figures(looked, half),
        "## Confusion": sections.confusion(first, half),
        "## Shortcuts": sections.shortcuts(first, half),
        "## Subgroups": sections.subgroups(first, half),
        "## Gate": sections.gate(first, half, data),
        "## Corruptions": sections.corruptions(first, stressed),
        "## The CPU model against the endpoint's": sections.cpu(first, half),
        "## Adults": sections.adults(first, data),
        "## Curves": "\n".join(f"![{name}]({name}.svg)" for name in CURVES),
        "## Looks at the test half": sections.looks(ledger),
    }
    body = "\n\n".join(f"{head}\n\n{section}" for head, section in text.items())
    (out / "README.md").write_text(f"{body}\n")
    return first.figures


def _write_predictions(folder: Path, looked: Sequence[ModelEvaluation], parts: DataSplit) -> None:
    """Of every model on the test half, and of the first on its validation part."""
    for one in looked:
        name = f"{one.subject.version}-test.csv"
        write_predictions(folder / name, parts.test, one.answers, one.said)
    first = looked[0].subject
    answers = first.predict(load_images(parts.validation))
    name = f"{first.version}-validation.csv"
    write_predictions(folder / name, parts.validation, answers, first.probabilities(answers))


def _show_worst(folder: Path, one: ModelEvaluation, half: TestSet) -> None:
    """The radiographs whose truth was least expected, with what the model looked at."""
    folder.mkdir(parents=True, exist_ok=True)
    expected = np.where(half.truth == 1, one.said, 1 - one.said)
    for place, index in enumerate(np.argsort(expected)[:_WORST], start=1):
        picture = Image.fromarray(half.pixels[index]).convert("RGBA")
        attention = tuple(map(tuple, one.answers.attention[index].tolist()))
        overlay = Image.open(
            io.BytesIO(encode_saliency_overlay(attention, half.pixels[index].shape))
        )
        both = Image.new("RGB", (2 * picture.width, picture.height))
        both.paste(picture.convert("RGB"), (0, 0))
        both.paste(Image.alpha_composite(picture, overlay).convert("RGB"), (picture.width, 0))
        name = half.radiographs[index].path.stem
        both.save(folder / f"{place:02}-{name}-{one.said[index]:.3f}.png")
