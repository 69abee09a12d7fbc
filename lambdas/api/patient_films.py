"""Returns the other radiographs of the same patient at the site."""

from collections.abc import Sequence
from http import HTTPStatus

from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from contracts import keys
from contracts.access import User
from contracts.api import PatientFilms
from contracts.limits import MAX_PATIENT_FILMS
from contracts.patient import find_patient_key
from lambdas.api.openapi_responses import describe_responses
from lambdas.api.problems import RadiographNotFound
from lambdas.api.services import Services, require_user, services
from lambdas.api.views import build_list_view
from lambdas.identified_record import IdentifiedRecord
from lambdas.search_words import build_patient_text

router = APIGatewayRouter()

# The newest radiographs are looked at by themselves while the index does not have all of the site.
_NEWEST_WITHOUT_INDEX = 200


@router.get(
    "/radiographs/<radiograph>/patient-films",
    summary="Find the other radiographs with the same patient id",
    responses=describe_responses(
        PatientFilms,
        {HTTPStatus.OK: "Those of the site."},
        errors={HTTPStatus.NOT_FOUND: RadiographNotFound.detail},
    ),
)
def find(radiograph: str) -> PatientFilms:
    """Costs one listing in S3 and three calls of Redis: for the radiograph, for the others, and the
    logout of the token. While the index is not complete, it also looks at the newest radiographs.
    """
    user = require_user(router.current_event)
    cached = services().read_cached_records([radiograph], user).get(radiograph)
    identified_record = cached or services().read_record(radiograph, user)
    view = build_list_view(identified_record, services().images, user=user)
    patient_key = find_patient_key(identified_record.patient)
    if patient_key is None:
        return PatientFilms(
            radiograph=view,
            other_radiographs=(),
            has_patient_id=False,
            has_more=False,
            complete=True,
        )
    entries, is_last, complete = _list_entries(services(), user, patient_key)
    matches = [
        each
        for each in _read_others(services(), radiograph, user, entries)
        # The index may have an entry too many.
        if find_patient_key(each.patient) == patient_key
    ]
    return PatientFilms(
        radiograph=view,
        other_radiographs=tuple(
            build_list_view(each, services().images, user=user)
            for each in matches[:MAX_PATIENT_FILMS]
        ),
        has_patient_id=True,
        has_more=not is_last or len(matches) > MAX_PATIENT_FILMS,
        complete=complete,
    )


def _list_entries(
    services: Services, user: User, patient_key: str
) -> tuple[Sequence[str], bool, bool]:
    """The entries of the films that may be the patient's, whether the index has no more of them,
    and whether older ones cannot be missing.
    """
    text = build_patient_text(patient_key)
    page = services.search.find(user.site, {text}, limit=MAX_PATIENT_FILMS + 1)
    if services.search.is_complete(user.site):
        return page.entries, page.is_last, True
    newest = services.index.list_page(user.site, after=None, limit=_NEWEST_WITHOUT_INDEX)
    return sorted({*page.entries, *newest.entries}), page.is_last, newest.is_last


def _read_others(
    services: Services, radiograph_id: str, user: User, entries: Sequence[str]
) -> Sequence[IdentifiedRecord]:
    ids = [keys.parse_index_entry(entry)[0] for entry in entries]
    return list(
        services.read_records([each for each in ids if each != radiograph_id], user).values()
    )
