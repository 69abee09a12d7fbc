"""Rows and pages name the patient of a DICOM file; any other film has the name of its file."""

import pytest

from tests.ui.conftest import PAGE, Pages

PATIENT = {
    "name": "Garcia, Ana",
    "patient_id": "P-1",
    "sex": "F",
    "accession_number": "A-7",
    "study_date": "2024-03-01",
}
DETAILS = ("ID P-1", "female", "Accession A-7", "Study 1 Mar 2024", "thorax.dcm")


@pytest.mark.parametrize("address", [PAGE, "/worklist"])
def test_a_film_shows_who_its_patient_is(pages: Pages, address: str) -> None:
    page = pages.load(address, patient=PATIENT)
    assert "<bdi>Garcia, Ana</bdi></" in page
    details = " · ".join(f"<bdi>{each}</bdi>" for each in DETAILS)
    assert f'<span class="patient muted">{details}</span>' in page


@pytest.mark.parametrize("address", [PAGE, "/worklist"])
def test_a_film_without_identity_shows_its_file_name(pages: Pages, address: str) -> None:
    page = pages.load(address, patient=None)
    assert "<bdi>thorax.dcm</bdi></" in page
    assert 'class="patient muted"' not in page


def test_an_id_stands_for_a_name_that_is_missing(pages: Pages) -> None:
    page = pages.load(PAGE, patient=PATIENT | {"name": ""})
    assert "<h1><bdi>P-1</bdi></h1>" in page
    assert "ID P-1" not in page


def test_what_a_later_release_writes_is_shown_as_it_is(pages: Pages) -> None:
    page = pages.load(PAGE, patient=PATIENT | {"sex": "X", "study_date": "spring"})
    assert "<bdi>X</bdi> · " in page
    assert "<bdi>Study spring</bdi>" in page


def test_no_title_of_a_page_names_a_patient(pages: Pages) -> None:
    for address in (PAGE, "/worklist"):
        title = pages.load(address, patient=PATIENT).partition("<title>")[2].partition("<")[0]
        assert title
        assert "Garcia" not in title
