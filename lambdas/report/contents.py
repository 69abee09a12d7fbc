"""What the report of one radiograph says, in the order of reading."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from PIL import Image

from contracts import evidence_texts, review_texts, texts
from contracts.api import RadiographView
from contracts.cautions import list_cautions
from contracts.language import gettext, mark
from contracts.patient import Patient, format_sex
from contracts.report_texts import LIMITS
from contracts.version import SOFTWARE_VERSION
from lambdas.report.document import Document
from languages.formats import format_iso_day, format_time

TITLE = mark("Chest X-ray screening: report")
MAP_TEXT = mark(
    "The amber line on the right surrounds the region that influenced the answer most, where one "
    "stands out. It marks a region, not a diagnosis."
)
_NO_REVIEW = mark("No doctor has reviewed this X-ray.")


@dataclass(frozen=True, kw_only=True)
class Report:
    """`reader` is the name of the doctor who asks for the report."""

    view: RadiographView
    film: Image.Image | None
    film_with_map: Image.Image | None
    reader: str
    printed_at: datetime


def build_report(report: Report) -> bytes:
    view = report.view
    foot = gettext("X-ray {id}").format(id=view.id)
    document = Document(title=gettext(TITLE), foot=foot, printed_at=report.printed_at)
    document.add_paragraph(gettext(texts.DISCLAIMER))
    document.add_heading(gettext("Patient"))
    document.add_fields(_list_patient_fields(view))
    document.add_heading(gettext("Answer"))
    _add_answer(document, report)
    document.add_heading(gettext("Reviews"))
    _add_reviews(document, view)
    document.add_heading(gettext("Limits"))
    for text in LIMITS:
        document.add_note(gettext(text))
    document.add_heading(gettext("Where this comes from"))
    document.add_fields(_list_sources(report))
    return bytes(document.output())


def _list_patient_fields(view: RadiographView) -> Iterator[tuple[str, str]]:
    """What the file states, and the age that doctors may have corrected."""
    patient = view.patient or Patient()
    yield gettext("Name"), patient.name
    yield gettext("Patient id"), patient.patient_id
    age = texts.format_age(view.age_years)
    if view.is_age_corrected:
        age = gettext("{age}, corrected by a doctor").format(age=age)
    yield gettext("Age"), age
    yield gettext("Sex"), format_sex(patient.sex)
    yield gettext("Accession number"), patient.accession_number
    yield gettext("Study date"), format_iso_day(patient.study_date)
    yield gettext("File"), view.file_name


def _add_answer(document: Document, report: Report) -> None:
    answer = report.view.answer
    assert answer is not None
    if answer.is_assessed:
        share = evidence_texts.format_percent(answer.shown_probability)
        decision = gettext("{decision}. Probability of pneumonia: {share}").format(
            decision=texts.format_decision(answer), share=share
        )
        document.add_paragraph(decision, is_strong=True)
        document.add_paragraph(evidence_texts.format_evidence(answer))
    else:
        document.add_paragraph(texts.format_decision(answer), is_strong=True)
    for caution in list_cautions(report.view):
        text = gettext("Caution: {text}").format(text=texts.format_caution(caution))
        document.add_paragraph(text)
    images = [image for image in (report.film, report.film_with_map) if image]
    if images:
        document.add_images(images)
    if report.film_with_map:
        document.add_note(gettext(MAP_TEXT))


def _add_reviews(document: Document, view: RadiographView) -> None:
    if not view.reviews:
        document.add_paragraph(gettext(_NO_REVIEW))
    if view.is_differing:
        document.add_paragraph(gettext(review_texts.DIFFERING), is_strong=True)
    for review in view.reviews:
        # The sentence begins with a word from left to right, whatever the script of the name.
        if review.settles:
            text = gettext("Adjudicated by {name}: {statement}. {time}")
        else:
            text = gettext("Reviewed by {name}: {statement}. {time}")
        statement = text.format(
            name=document.to_printable(review.reviewer) or gettext("a colleague"),
            statement=review_texts.format_statement(review.finding, review.verdict),
            time=_format_time(review.at),
        )
        document.add_paragraph(statement)
        if review.note:
            document.add_note(review.note)


def _list_sources(report: Report) -> Iterator[tuple[str, str]]:
    view, answer = report.view, report.view.answer
    assert answer is not None
    yield gettext("X-ray id"), view.id
    yield gettext("Uploaded"), _format_time(view.created_at)
    yield gettext("Answered"), _format_time(view.answered_at) if view.answered_at else ""
    yield gettext("Model"), f"{answer.model_version} ({answer.artefact_sha256[:12]})"
    yield gettext("Analysed by"), texts.PREDICTORS.get(answer.predictor, answer.predictor)
    yield gettext("Software"), SOFTWARE_VERSION
    yield gettext("Report made"), format_time(report.printed_at)
    yield gettext("Report for"), report.reader


def _format_time(timestamp: str) -> str:
    return format_time(datetime.fromisoformat(timestamp))
