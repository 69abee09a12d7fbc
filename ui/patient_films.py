"""Shows the other films of a patient beside one of them, and compares two films side by side."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from contracts.api import PatientFilms, RadiographView
from contracts.language import gettext
from contracts.patient import Patient, find_patient_key, format_sex
from languages.formats import format_day
from ui.api_errors import ApiError, LoginRequiredError
from ui.formatting import capitalize_first, format_interval
from ui.polling import Polling
from ui.score_history import build_history
from ui.view_helpers import get_api_client, is_htmx_request

blueprint = Blueprint("patient_films", __name__, url_prefix="/radiographs")


@dataclass(frozen=True, kw_only=True)
class DatedFilm:
    """A film with the day of its study, or else of its upload (`date_text` says which). `interval`
    is from the film beside which it is shown, and `differences` say what the file states of the
    patient in another way; both are empty for that film itself.
    """

    view: RadiographView
    day: date
    date_text: str
    interval: str = ""
    differences: tuple[str, ...] = ()


@blueprint.get("/<radiograph>/patient-films")
def page(radiograph: str) -> ResponseReturnValue:
    """A fragment for the page of the film, or a page of its own where the browser runs no script.
    Costs one call of the API.
    """
    is_fragment = is_htmx_request()
    fetch = _fetch_or_none if is_fragment else get_api_client().fetch_patient_films
    patient_films = fetch(radiograph)
    return render_template(
        f"patient_films/{'_section' if is_fragment else 'page'}.html",
        radiograph=radiograph,
        patient_films=patient_films,
        **(_build_values(patient_films) if patient_films else {}),
    )


@blueprint.get("/<radiograph>/compare/<other>")
def compare(radiograph: str, other: str) -> ResponseReturnValue:
    """Both films are opened, as on a page of their own."""
    _require_same_patient(radiograph, other)
    view, other_view = (get_api_client().fetch_radiograph(each) for each in (radiograph, other))
    return render_template(
        "patient_films/compare.html",
        view=view,
        films=(date_film(view), date_film(other_view, beside=view)),
        polling=Polling(),
    )


def date_film(view: RadiographView, *, beside: RadiographView | None = None) -> DatedFilm:
    day, date_text = _find_date(view)
    if beside is None:
        return DatedFilm(view=view, day=day, date_text=date_text)
    return DatedFilm(
        view=view,
        day=day,
        date_text=date_text,
        interval=format_interval(_find_date(beside)[0], day),
        differences=tuple(_list_differences(view, beside)),
    )


def sort_newest_first(films: Iterable[DatedFilm]) -> list[DatedFilm]:
    return sorted(films, key=lambda film: (film.day, film.view.created_at), reverse=True)


def _fetch_or_none(radiograph: str) -> PatientFilms | None:
    """None where the API fails: the film beside the section is not concerned."""
    try:
        return get_api_client().fetch_patient_films(radiograph)
    except LoginRequiredError:
        raise
    except ApiError as error:
        if error.status in (403, 404):
            raise
        return None


def _build_values(patient_films: PatientFilms) -> dict[str, object]:
    own = patient_films.radiograph
    other_films = [date_film(view, beside=own) for view in patient_films.other_radiographs]
    return {
        "films": sort_newest_first(other_films),
        "history": build_history(
            sort_newest_first([date_film(own), *other_films])[::-1], own=own.id
        ),
        "view": own,
        "polling": Polling(),
    }


def _require_same_patient(radiograph: str, other: str) -> None:
    """404 for films that the site does not have, and for those of two patients: no opening of them
    is recorded.
    """
    views: Sequence[RadiographView] = ()
    if radiograph != other:
        views = get_api_client().fetch_batch([radiograph, other], screening=[]).radiographs
    patient_keys = {find_patient_key(view.patient) for view in views}
    if len(views) != 2 or len(patient_keys) != 1 or None in patient_keys:
        abort(404)


def _find_date(view: RadiographView) -> tuple[date, str]:
    """A date of a study in another form, which a later release may write, is not read."""
    try:
        day = date.fromisoformat(view.patient.study_date if view.patient else "")
    except ValueError:
        day = datetime.fromisoformat(view.created_at).date()
        return day, gettext("Uploaded {date}").format(date=format_day(day))
    return day, gettext("Study {date}").format(date=format_day(day))


def _list_differences(view: RadiographView, other: RadiographView) -> Iterable[str]:
    """What two files with the same patient id state in different ways: one may be of another
    patient.
    """
    patient, other_patient = view.patient or Patient(), other.patient or Patient()
    if _split_name(patient.name) != _split_name(other_patient.name):
        if patient.name:
            yield gettext("Another name: {name}").format(name=patient.name)
        else:
            yield gettext("No name")
    if patient.sex and other_patient.sex and patient.sex != other_patient.sex:
        yield capitalize_first(format_sex(patient.sex))


def _split_name(name: str) -> list[str]:
    """The parts of a name, whose order and case differ from device to device."""
    return sorted(name.casefold().replace(",", " ").split())
