"""The manifest is read completely or refused in a sentence; pixels are made as in screening."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.data.manifest import (
    DESCRIPTION_FILE,
    FOLDER,
    PUBLIC_DESCRIPTION,
    DataError,
    class_labels,
    data_set_sha256,
    radiographs_sha256,
    read_description,
    read_manifest,
    read_pixels,
)


def test_a_folder_without_the_data_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"No data set in .*--data or XRAY_DATA"):
        read_manifest(tmp_path)


def test_a_manifest_without_a_column_is_refused(drawn_data: Path, tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    text = (drawn_data / FOLDER / "manifest.csv").read_text()
    (tmp_path / FOLDER / "manifest.csv").write_text(text.replace("patient_key", "person"))
    with pytest.raises(DataError, match="no column named patient_key"):
        read_manifest(tmp_path)


def test_a_file_that_is_not_there_is_named(drawn_data: Path, tmp_path: Path) -> None:
    shutil.copytree(drawn_data / FOLDER, tmp_path / FOLDER)
    (tmp_path / FOLDER / "train" / "NORMAL" / "000.png").unlink()
    with pytest.raises(DataError, match=r"1 files that are not there: .*000\.png"):
        read_manifest(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{not JSON", "is no JSON"),
        ('{"name": "Ours", "licence": "none"}', "does not say credit"),
        ("[]", "does not say credit, licence, name"),
        ('{"name": "Ours", "licence": " ", "credit": "us"}', "does not say licence"),
        ('{"name": "Ours", "licence": "l", "credit": "c", "age_years": [5, 1]}', "and not .5, 1."),
        (
            '{"name": "Ours", "licence": "l", "credit": "c", "age_years": [18, 90]}',
            "up to 17 years",
        ),
        ('{"name": "Ours", "licence": "l", "credit": "c", "age_years": "all"}', "and not all"),
        ('{"name": "Ours", "licence": "l", "credit": "c"}', "and not None"),
        (
            '{"name": "Ours", "licence": "not stated", "credit": "not stated"}',
            "does not say credit, licence of the data set, .* with --licence, --credit and --ages",
        ),
    ],
)
def test_a_description_that_says_too_little_is_refused(
    drawn_data: Path, tmp_path: Path, content: str, message: str
) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / DESCRIPTION_FILE).write_text(content)
    with pytest.raises(DataError, match=message):
        read_description(tmp_path)


def test_own_data_without_a_description_are_refused(drawn_data: Path, tmp_path: Path) -> None:
    shutil.copytree(drawn_data / FOLDER, tmp_path / FOLDER)
    (tmp_path / FOLDER / DESCRIPTION_FILE).unlink()
    with pytest.raises(DataError, match=r"about\.json is missing, and the model card repeats it"):
        read_description(tmp_path)


def test_the_public_set_needs_no_description(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    manifest = tmp_path / FOLDER / "manifest.csv"
    manifest.write_text("file\nperson12_virus_5.jpeg\nNORMAL2-IM-0001-0001.jpeg\n")
    assert read_description(tmp_path) == PUBLIC_DESCRIPTION
    manifest.write_text("file\nperson12_virus_5.jpeg\nours.png\n")
    with pytest.raises(DataError, match="is missing"):
        read_description(tmp_path)


def test_the_hash_of_a_data_set_sees_labels_splits_and_description(drawn_data: Path) -> None:
    radiographs = read_manifest(drawn_data)
    description = read_description(drawn_data)
    first = radiographs[0]
    assert data_set_sha256(radiographs, description) == data_set_sha256(
        radiographs[::-1], {**description}
    )
    changes = [
        ((replace(first, pneumonia=not first.pneumonia), *radiographs[1:]), description),
        ((replace(first, split="test"), *radiographs[1:]), description),
        (radiographs, {**description, "licence": "another"}),
    ]
    hashes = {data_set_sha256(*each) for each in [(radiographs, description), *changes]}
    assert len(hashes) == 4


def test_labels_are_one_for_pneumonia(drawn_data: Path) -> None:
    assert class_labels(read_manifest(drawn_data)[:6]).tolist() == [0, 0, 1, 1, 1, 1]


def test_pixels_are_one_grey_channel(drawn_data: Path) -> None:
    radiograph = read_manifest(drawn_data)[0]
    pixels = read_pixels(radiograph)
    with Image.open(radiograph.path) as image:
        assert np.array_equal(pixels[:, :, 0], np.asarray(image.convert("L")))
    assert (pixels.shape, pixels.dtype) == ((224, 224, 1), np.dtype(np.uint8))


def test_a_picture_that_the_manifest_does_not_describe_is_refused(
    drawn_data: Path, tmp_path: Path
) -> None:
    shutil.copytree(drawn_data / FOLDER, tmp_path / FOLDER)
    radiograph = read_manifest(tmp_path)[0]
    shutil.copyfile(read_manifest(tmp_path)[1].path, radiograph.path)
    with pytest.raises(DataError, match="is another file than the manifest describes"):
        read_pixels(radiograph)


def test_the_hash_of_a_part_ignores_order_and_sees_bytes(drawn_data: Path) -> None:
    radiographs = read_manifest(drawn_data)
    assert radiographs_sha256(radiographs) == radiographs_sha256(radiographs[::-1])
    assert radiographs_sha256(radiographs) != radiographs_sha256(radiographs[1:])
