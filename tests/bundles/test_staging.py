"""A bundle is the same folder wherever and however often it is staged."""

import hashlib
import subprocess
import sys
from pathlib import Path

import imagecodecs
import numpy as np
import pytest

from bundles import staging
from bundles.bundle_contents import API, ROOT, SCREENING, Bundle
from phantoms.dicom_syntaxes import ENCODERS
from phantoms.file_formats import encode_compressed_dicom, grey_ramp


def _file_hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_bundle_staged_twice_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = staging.stage_for_lambda(API)
    monkeypatch.setattr(staging, "STAGED", tmp_path)
    assert _file_hashes(staging.stage_for_lambda(API)) == _file_hashes(first)


def test_a_bundle_holds_its_own_folders_and_no_other() -> None:
    folder = staging.stage_for_lambda(API)
    units = {path.name for path in ROOT.iterdir() if path.is_dir()}
    assert {path.name for path in folder.iterdir()} & units == set(API.folders)


def test_the_runtime_brings_its_own_sdk() -> None:
    folder = staging.stage_for_lambda(API)
    assert not (folder / "boto3").exists()
    assert not (folder / "botocore").exists()
    assert (folder / "redis").exists()


def test_a_bundle_has_each_file_that_is_named_of_a_package() -> None:
    folder = staging.stage_for_lambda(SCREENING)
    for package, patterns in SCREENING.package_files.items():
        missing = [pattern for pattern in patterns if not any((folder / package).glob(pattern))]
        assert missing == [], package


def test_the_screening_bundle_decodes_every_format(tmp_path: Path) -> None:
    """imagecodecs loads a decoder only when a file needs it, so an import alone misses none."""
    pixels = grey_ramp().astype(np.uint16)
    files = [bytes(imagecodecs.png_encode(np.repeat(pixels[:, :, None], 3, axis=2) * 257))]
    for syntax, encode in ENCODERS.items():
        tags = {"BitsStored": 12, "HighBit": 11}
        files.append(encode_compressed_dicom(pixels, syntax, encode(pixels), **tags))
    for number, content in enumerate(files):
        (tmp_path / str(number)).write_bytes(content)
    code = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1]);"
        "from screening.decode import decode_radiograph;"
        "[decode_radiograph(path.read_bytes()) for path in Path(sys.argv[2]).iterdir()]"
    )
    folder = staging.stage_for_this_machine(SCREENING)
    # Neither the folder of this test nor the packages of its environment.
    command = [sys.executable, "-I", "-S", "-c", code, str(folder), str(tmp_path)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_the_api_bundle_writes_a_pdf_in_any_direction() -> None:
    """The PDF library and its fonts are loaded by the first report, and by no import before it."""
    code = (
        "import sys; from datetime import UTC, datetime; sys.path.insert(0, sys.argv[1]);"
        "import lambdas.report.contents, lambdas.report.film;"
        "from lambdas.report.document import Document;"
        "document = Document(title='A', foot='B', printed_at=datetime.now(UTC));"
        "document.add_paragraph('\u0645\u062d\u0645\u062f');"
        "assert bytes(document.output()).startswith(b'%PDF')"
    )
    command = [sys.executable, "-I", "-S", "-c", code, str(staging.stage_for_this_machine(API))]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_no_file_is_shared_with_the_package_cache() -> None:
    files = [path for path in staging.stage_for_lambda(API).rglob("*") if path.is_file()]
    assert [path for path in files if path.stat().st_nlink > 1] == []


@pytest.fixture
def staged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bundle in a folder of its own, whose parts a test may damage."""
    monkeypatch.setattr(staging, "STAGED", tmp_path)
    return staging.stage_for_lambda(API)


@pytest.mark.parametrize("folder", ["api-lambda-*", "*api-lambda-*"], ids=["bundle", "wheels too"])
@pytest.mark.parametrize("file", ["redis/client.py", "lambdas/clients.py"])
@pytest.mark.parametrize("content", [b"changed", None], ids=["changed", "absent"])
def test_a_staged_folder_that_was_changed_is_staged_again(
    staged: Path, tmp_path: Path, folder: str, file: str, content: bytes | None
) -> None:
    expected = _file_hashes(staged)
    for path in tmp_path.glob(f"{folder}/{file}"):
        path.unlink()
        if content:
            path.write_bytes(content)
    assert _file_hashes(staging.stage_for_lambda(API)) == expected


@pytest.mark.parametrize("is_index_damaged", [False, True])
def test_a_changed_file_in_the_package_cache_is_not_staged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_index_damaged: bool
) -> None:
    """The installer is real, and changes a file after it; without the cache, it would download."""
    expected = _file_hashes(staging.stage_for_lambda(API))
    install = staging._run_installer

    def install_and_change(bundle: Bundle, folder: Path, options: list[str]) -> None:
        install(bundle, folder, [option for option in options if option != "--no-cache"])
        if is_index_damaged or "--no-cache" not in options:
            (folder / "redis" / "client.py").write_bytes(b"changed")

    monkeypatch.setattr(staging, "STAGED", tmp_path)
    monkeypatch.setattr(staging, "_run_installer", install_and_change)
    if not is_index_damaged:
        assert _file_hashes(staging.stage_for_lambda(API)) == expected
        return
    with pytest.raises(staging.StagingError, match=r"redis/client.py"):
        staging.stage_for_lambda(API)
    assert not list(tmp_path.glob("*"))
