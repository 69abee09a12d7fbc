"""Of the scanner a fact keeps a manufacturer of our list and a model, and never a free text."""

import pytest
from pydicom.dataset import Dataset

from screening.formats.dicom_scanner import read_scanner


def build_dataset(**tags: str) -> Dataset:
    dataset = Dataset()
    for name, value in tags.items():
        setattr(dataset, name, value)
    return dataset


@pytest.mark.parametrize(
    ("manufacturer", "model", "scanner"),
    [
        ("FUJI PHOTO FILM Co., ltd.", "5501ES", ("Fujifilm", "5501ES")),
        ("GE MEDICAL SYSTEMS", "Definium 8000", ("GE", "Definium 8000")),
        ("SIEMENS", "", ("Siemens", None)),
        ("Meyer, Ada 1970", "Definium 8000", (None, None)),
        ("", "", (None, None)),
        ("Philips", "x" * 33, ("Philips", None)),
        ("Philips", "Meyer^Ada", ("Philips", None)),
    ],
)
def test_a_scanner_is_known_by_its_manufacturer(
    manufacturer: str, model: str, scanner: tuple[str | None, str | None]
) -> None:
    dataset = build_dataset(Manufacturer=manufacturer, ManufacturerModelName=model)
    assert read_scanner(dataset) == scanner


@pytest.mark.parametrize("tag", ["PatientName", "PatientID", "AccessionNumber"])
def test_a_model_with_a_word_of_the_patient_is_left_out(tag: str) -> None:
    dataset = build_dataset(
        Manufacturer="Agfa", ManufacturerModelName="DX Meyer", **{tag: "MEYER^ADA"}
    )
    assert read_scanner(dataset) == ("Agfa", None)


def test_a_file_without_these_tags_has_no_scanner() -> None:
    assert read_scanner(Dataset()) == (None, None)
