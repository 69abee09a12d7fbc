"""Refuses a run that cannot succeed, before TensorFlow is imported and anything is uploaded."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from training.data.manifest import DataError, Radiograph, read_description, read_manifest
from training.data.split import split_for_recipe
from training.first_model import choose_first_model
from training.recipe import Recipe

# Of each class, outside the test set. With fewer, validation has one patient of a class, or the
# detector of other images has none to choose its limit on.
_MIN_PATIENTS = 5


@dataclass(frozen=True)
class RunInputs:
    """`first_model` is the folder of the model that gives the first weights, or None for those of
    the recipe's backbone.
    """

    radiographs: tuple[Radiograph, ...]
    first_model: Path | None


def check_inputs(recipe: Recipe, data: Path, *, warm_start: Path | None) -> RunInputs:
    """Reads what a run needs of the data and of its first weights, but no image.

    Raises DataError, RecipeError and ModelFolderError, with a sentence that says what to do.
    """
    radiographs = read_manifest(data)
    read_description(data)
    _check_classes(radiographs, data)
    split_for_recipe(recipe, radiographs)
    if recipe.adults:
        _check_adults(recipe, data)
    has_weights = recipe.backbone is not None and (data / recipe.backbone).is_file()
    first_model = choose_first_model(recipe, data, warm_start=warm_start, has_weights=has_weights)
    return RunInputs(radiographs, first_model)


def _check_adults(recipe: Recipe, data: Path) -> None:
    # Imported here, because it needs scipy, and `training.launch` is installed without.
    from training.data.adult_films import LUNGS_FOLDER

    if not (data / LUNGS_FOLDER).is_dir():
        raise DataError(
            f"The recipe {recipe.name} needs films of adults, and {data} has none. Train without "
            "them by another recipe, such as default."
        )


def _check_classes(radiographs: Sequence[Radiograph], data: Path) -> None:
    classes = {radiograph.pneumonia for radiograph in radiographs}
    if len(classes) < 2:
        label = "PNEUMONIA" if True in classes else "NORMAL"
        raise DataError(f"All radiographs of {data} are labelled {label}: training needs both.")
    if not any(radiograph.split == "test" for radiograph in radiographs):
        raise DataError(
            f"{data} has no test set, and training needs one to report on. Prepare the data with "
            "--test-share 0.2 or --test-from DATE, or name it in the column split of the labels."
        )
    for pneumonia, name in ((False, "normal radiographs"), (True, "pneumonia")):
        patients = {
            radiograph.patient
            for radiograph in radiographs
            if radiograph.pneumonia == pneumonia and radiograph.split != "test"
        }
        if len(patients) < _MIN_PATIENTS:
            raise DataError(
                f"{data} has {len(patients)} patients with {name} outside the test set, and "
                f"training needs {_MIN_PATIENTS} at least, to learn and to validate."
            )
