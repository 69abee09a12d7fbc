"""Writes the report of an evaluation: tables, curves and predictions, and images of the errors.

The images show X-rays of patients, so they go to a folder outside the repository.
"""

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from screening.saliency_overlay import encode_saliency_overlay
from training.data.adults import read_adults, split_adults
from training.data.examples import load_images
from training.data.manifest import radiographs_sha256
from training.data.split import DataSplit
from training.evaluation import population_sections, report_sections
from training.evaluation.goals_section import format_metrics
from training.evaluation.model_evaluation import ModelEvaluation, TestSet, evaluate_models
from training.evaluation.original_comparison import format_comparison
from training.evaluation.plots import CURVES, draw_curves
from training.evaluation.predictions_file import write_predictions
from training.evaluation.released_model import ReleasedModel
from training.evaluation.robustness import measure_corruptions
from training.value_types import Logits, Members, Metrics

_WORST = 12


def write_report(
    models: Sequence[ReleasedModel],
    split: DataSplit,
    *,
    data: Path,
    out: Path,
    images: Path,
    ledger: Path,
) -> Metrics:
    """Writes `out`/README.md with its curves, and returns the metrics of the first model."""
    out.mkdir(parents=True, exist_ok=True)
    test_set = TestSet.load(split.test, data)
    evaluations = evaluate_models(models, test_set, ledger=ledger)
    _write_predictions(out / "predictions", evaluations, split)
    first = evaluations[0]
    corruptions = measure_corruptions(first.model, test_set.pixels, test_set.labels)
    draw_curves(
        out,
        first.probabilities,
        test_set.labels,
        point=first.model.point,
        corruptions=corruptions,
    )
    _write_worst_errors(images, first, test_set)
    sections = {
        f"# Evaluation of {first.model.version}": format_metrics(evaluations, test_set),
        **_format_validation(first.model, split),
        "## Comparison with the original system": format_comparison(
            [_list_decisions(each) for each in evaluations],
            test_set.labels,
            patients=test_set.patients,
        ),
        "## Confusion": report_sections.format_confusion(first, test_set),
        "## Shortcuts": report_sections.format_shortcuts(first, test_set),
        "## Subgroups": report_sections.format_subgroups(first, test_set),
        "## Out-of-distribution detector": report_sections.format_rejections(first, test_set, data),
        "## Corruptions": report_sections.format_corruptions(first, corruptions),
        "## The CPU model against the endpoint's": report_sections.format_cpu(first, test_set),
        "## Adults": report_sections.format_adults(first, test_set),
        **_format_lungs(first.model, split, data),
        "## Curves": "\n".join(f"![{name}]({name}.svg)" for name in CURVES),
        "## Evaluations on the test set": report_sections.format_ledger(ledger),
    }
    body = "\n\n".join(f"{title}\n\n{section}" for title, section in sections.items())
    (out / "README.md").write_text(f"{body}\n")
    return first.metrics


def _list_decisions(evaluation: ModelEvaluation) -> tuple[str, Logits, Members]:
    is_positive = evaluation.probabilities >= evaluation.model.point.threshold
    return evaluation.model.version, evaluation.predictions.logits, is_positive


def _format_validation(model: ReleasedModel, split: DataSplit) -> dict[str, str]:
    """Returns nothing for a model with another split: it may have been trained on these films."""
    if model.validation_sha256 != radiographs_sha256(split.validation):
        return {}
    return {"## Validation": population_sections.format_validation(model, split)}


def _format_lungs(model: ReleasedModel, split: DataSplit, data: Path) -> dict[str, str]:
    """Returns the sections for which lungs-only films of adults are needed."""
    films = read_adults(data).lungs
    _, validation = split_adults(films, share=model.validation_share)
    if not validation or model.validation_sha256 != radiographs_sha256(split.validation):
        return {}
    return {
        "## Adults' lungs": population_sections.format_adult_validation(model, validation),
        "## Localisation": population_sections.format_localisation(
            model, validation, split, data=data
        ),
    }


def _write_predictions(
    folder: Path, evaluations: Sequence[ModelEvaluation], split: DataSplit
) -> None:
    """Writes those of every model on the test set, and of the first on the validation set."""
    for evaluation in evaluations:
        name = f"{evaluation.model.version}-test.csv"
        write_predictions(
            folder / name, split.test, evaluation.predictions, evaluation.probabilities
        )
    model = evaluations[0].model
    predictions = model.predict(load_images(split.validation))
    write_predictions(
        folder / f"{model.version}-validation.csv",
        split.validation,
        predictions,
        model.probabilities(predictions),
    )


def _write_worst_errors(folder: Path, evaluation: ModelEvaluation, test_set: TestSet) -> None:
    """Writes the radiographs with the least probable labels, beside their saliency maps."""
    folder.mkdir(parents=True, exist_ok=True)
    probabilities = evaluation.probabilities
    label_probabilities = np.where(test_set.labels == 1, probabilities, 1 - probabilities)
    for rank, index in enumerate(np.argsort(label_probabilities)[:_WORST], start=1):
        pixels = test_set.pixels[index]
        saliency = tuple(map(tuple, evaluation.predictions.attention[index].tolist()))
        content = encode_saliency_overlay(saliency, pixels.shape)
        overlay = Image.open(io.BytesIO(content)).convert("RGBA")
        image = Image.fromarray(pixels).convert("RGBA").resize(overlay.size)
        pair = Image.new("RGB", (2 * image.width, image.height))
        pair.paste(image.convert("RGB"), (0, 0))
        pair.paste(Image.alpha_composite(image, overlay).convert("RGB"), (image.width, 0))
        name = test_set.radiographs[index].path.stem
        pair.save(folder / f"{rank:02}-{name}-{probabilities[index]:.3f}.png")
