"""A report says whose film it is, what was answered and found, and its limits, on each page."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pypdf
import pytest
from PIL import Image

from contracts.answers import Decision, NotAssessed
from contracts.api import RadiographView
from contracts.patient import Patient
from contracts.report_texts import LIMITS
from contracts.serialisation import parse
from lambdas.report.contents import Report, build_report
from lambdas.report.document import UNPRINTABLE
from lambdas.report.film import build_film, draw_map
from tests.conftest import Golden

FILM = Image.new("RGB", (600, 500), (90, 90, 90))

PATIENT = Patient(
    name="Garcia, Ana",
    patient_id="ANNA-1",
    sex="F",
    accession_number="A-77",
    study_date="2024-03-01",
)
TEXTS = (
    "Decision support, not a diagnosis.",
    "Name Garcia, Ana",
    "Patient id ANNA-1",
    "Age 3 years",
    "Sex female",
    "Accession number A-77",
    "Study date 1 Mar 2024",
    "File thorax.dcm",
    "Pneumonia detected. Probability of pneumonia: 87 %",
    "91 of 100 with a score like this have it",
    "Caution: This model is not valid for a patient of this age",
    "Reviewed by Ada Nord: pneumonia, as the answer. 23 Nov 2026, 08:02:00 UTC",
    "Right lower lobe.",
    " ".join(LIMITS[0].split()),
    "X-ray id mzxw6ytboi4dsnrsgm2tinzxge",
    "Model default-0123abcd (000000000000)",
    "Analysed by CPU model",
    "Software 0.2.0",
    "Report made 24 Nov 2026, 07:05:00 UTC",
    "Report for Ada Nord",
)


@pytest.fixture
def report(golden: Golden) -> Report:
    return Report(
        view=replace(parse(RadiographView, golden("radiograph.json")), patient=PATIENT),
        film=FILM,
        film_with_map=Image.new("RGB", FILM.size, (255, 176, 0)),
        reader="Ada Nord",
        printed_at=datetime(2026, 11, 24, 7, 5, tzinfo=UTC),
    )


def read_pages(content: bytes) -> list[str]:
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return [" ".join(page.extract_text().split()) for page in pages]


def read_text(report: Report) -> str:
    return " ".join(read_pages(build_report(report)))


def test_a_report_says_all_that_it_must(report: Report) -> None:
    text = read_text(report)
    assert [each for each in TEXTS if each not in text] == []


def test_a_report_has_both_images_and_little_data(report: Report) -> None:
    content = build_report(report)
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    assert len({image.name for page in pages for image in page.images}) == 2
    assert len(content) < 500_000


def test_each_page_has_its_number_the_id_and_the_limit(report: Report) -> None:
    review = replace(report.view.reviews[0], note="A line.\n" * 90)
    pages = read_pages(build_report(replace(report, view=replace(report.view, reviews=(review,)))))
    assert len(pages) >= 2
    for number, page in enumerate(pages, start=1):
        foot = f"X-ray {report.view.id} Page {number} of {len(pages)} Decision support"
        assert foot in page


def test_a_report_says_that_doctors_differ_and_who_settled_it(report: Report) -> None:
    review = replace(report.view.reviews[0], settles=("a", "b"))
    view = replace(report.view, is_differing=True, reviews=(review,))
    text = read_text(replace(report, view=view))
    assert "The doctors differ" in text
    assert "Adjudicated by Ada Nord: pneumonia" in text


@pytest.mark.parametrize("name", ["Žofia Őry", "Ольга Ω", "محمد علي", "דנה"])
def test_a_name_in_a_script_of_the_font_is_printed(report: Report, name: str) -> None:
    """The text of a PDF has what is written from right to left in the order of the page."""
    text = read_text(with_name(report, name))
    assert set(name) <= set(text)
    assert UNPRINTABLE not in text
    assert "pneumonia, as the answer. 23 Nov 2026, 08:02:00 UTC" in text


@pytest.mark.parametrize("name", ["王小明", "अनीता", "Ada 🩻"])
def test_a_name_that_the_font_lacks_is_replaced_as_a_whole(report: Report, name: str) -> None:
    text = read_text(with_name(report, name))
    assert f"Reviewed by {UNPRINTABLE}: pneumonia" in text
    assert f"File {UNPRINTABLE}" in text
    assert f"Name {UNPRINTABLE}" in text
    assert "Patient id ANNA-1" in text


def with_name(report: Report, name: str) -> Report:
    review = replace(report.view.reviews[0], reviewer=name)
    patient = replace(PATIENT, name=name)
    view = replace(report.view, reviews=(review,), file_name=name, patient=patient)
    return replace(report, view=view)


def test_a_file_without_a_patient_has_its_name_and_age(report: Report) -> None:
    text = read_text(replace(report, view=replace(report.view, patient=None)))
    assert "Patient Age 3 years File thorax.dcm Answer" in text


def test_what_is_not_assessed_has_a_reason_and_no_probability(report: Report) -> None:
    assert report.view.answer is not None
    changes: dict[str, Any] = {"decision": Decision.NOT_ASSESSED, "reason": NotAssessed.NOT_CHEST}
    view = replace(report.view, answer=replace(report.view.answer, **changes), reviews=())
    text = read_text(replace(report, view=view, film=None, film_with_map=None))
    assert "does not look like a chest X-ray" in text
    assert "87 %" not in text
    assert "No doctor has reviewed this X-ray." in text


def encode_png(image: Image.Image) -> bytes:
    content = io.BytesIO()
    image.save(content, "PNG")
    return content.getvalue()


def test_the_line_of_the_map_is_drawn_on_the_film() -> None:
    overlay = Image.new("RGBA", (300, 200))
    overlay.paste((255, 176, 0, 255), (100, 50, 200, 60))
    film = build_film(encode_png(Image.new("L", (2048, 1365), 90)))
    outlined = draw_map(film, encode_png(overlay))
    assert outlined is not None
    assert max(film.size) == 1024
    assert outlined.getpixel((512, 187)) == (255, 176, 0)
    assert outlined.getpixel((10, 10)) == film.getpixel((512, 187)) == (90, 90, 90)


def test_a_map_without_a_line_is_no_image() -> None:
    film = build_film(encode_png(Image.new("L", (300, 200), 90)))
    assert draw_map(film, encode_png(Image.new("RGBA", (300, 200)))) is None


def test_a_corrected_age_and_a_review_without_a_note_are_printed(report: Report) -> None:
    review = replace(report.view.reviews[0], note="")
    view = replace(report.view, is_age_corrected=True, reviews=(review,))
    text = read_text(replace(report, view=view))
    assert "Age 3 years, corrected by a doctor" in text
    assert "Right lower lobe." not in text


@pytest.mark.parametrize("lines", range(10, 60, 10))
def test_images_are_never_cut_by_the_end_of_a_page(report: Report, lines: int) -> None:
    """A long name moves the images down the page, until they stand on the next one."""
    view = replace(report.view, file_name="thorax " * 12 * lines)
    pages = pypdf.PdfReader(io.BytesIO(build_report(replace(report, view=view)))).pages
    assert sorted(len(page.images) for page in pages)[-1] == 2
