"""The packages of training import each other in one direction only."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TRAINING = Path(__file__).parents[2] / "training"

# Each package may import itself and those named here.
ALLOWED = {
    "data": set(),
    "sources": {"data"},
    "model": {"data"},
    "fit": {"data", "model"},
    "artefact": {"data", "model", "fit"},
    "evaluation": {"data", "fit", "artefact"},
    "acceptance": {"data", "sources", "fit", "artefact", "evaluation"},
    "tuning": {"data"},
    "comparison": {"data", "fit", "artefact", "evaluation"},
}
# Modules beside the packages that every package may import.
SHARED = {
    "atomic_write",
    "commit",
    "errors",
    "log_metrics",
    "model_auc",
    "output_folder",
    "progress",
    "recipe",
    "value_types",
}


def _imports(path: Path) -> Iterator[str]:
    """Yields the names below `training` that a file imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.ImportFrom(module="training"):
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom(module=str(module)) if module.startswith("training."):
                yield module.split(".")[1]


def test_each_package_is_in_the_table() -> None:
    assert {path.parent.name for path in TRAINING.glob("*/__init__.py")} == set(ALLOWED)


@pytest.mark.parametrize("package", ALLOWED)
def test_a_package_imports_only_the_ones_before_it(package: str) -> None:
    allowed = {package, *ALLOWED[package], *SHARED}
    for path in (TRAINING / package).glob("*.py"):
        assert set(_imports(path)) <= allowed, path.name


def test_the_modules_that_all_packages_share_import_no_package() -> None:
    for name in SHARED:
        assert set(_imports(TRAINING / f"{name}.py")) <= SHARED, name
