"""Shows the settings of the user's site, and stores new versions of them for administrators."""

from dataclasses import replace
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from contracts.access import User
from contracts.api import SettingsHistory
from contracts.sites import SettingsVersion, SiteSettings
from lambdas import clock
from lambdas.api.openapi_responses import describe_responses
from lambdas.api.problems import SettingsChanged, SettingsNotFound
from lambdas.api.request_models import RestoreRequest, SettingsRequest
from lambdas.api.services import require_administrator, require_user, services

router = APIGatewayRouter()

_HISTORY_LENGTH = 20
_NOT_FOUND = {HTTPStatus.NOT_FOUND: SettingsNotFound.detail}
_WRITES = describe_responses(
    SettingsVersion,
    {
        HTTPStatus.CREATED: "Stored. The new version counts within 30 seconds.",
        HTTPStatus.OK: "Stored before by the same request.",
    },
    errors={**_NOT_FOUND, HTTPStatus.CONFLICT: SettingsChanged.detail},
)


@router.get(
    "/settings",
    summary="The settings of the site",
    responses=describe_responses(
        SettingsVersion, {HTTPStatus.OK: "The version that counts."}, errors=_NOT_FOUND
    ),
)
def current() -> SettingsVersion:
    return _read_newest(require_user(router.current_event))


@router.get(
    "/settings/versions",
    summary="The last versions of the site's settings",
    responses=describe_responses(
        SettingsHistory, {HTTPStatus.OK: "Newest first."}, errors=_NOT_FOUND
    ),
)
def history() -> SettingsHistory:
    user = require_administrator(router.current_event)
    _read_newest(user)
    versions = services().settings.read_newest_first(user.site, limit=_HISTORY_LENGTH)
    return SettingsHistory(versions=tuple(versions))


@router.post("/settings/versions", summary="Change the site's settings", responses=_WRITES)
def change(request: SettingsRequest) -> Response[SettingsVersion]:
    user = require_administrator(router.current_event)
    newest = _read_newest(user)
    settings = _build_settings(request, newest.settings)
    return _store(user, newest, settings, replaces=request.replaces, reason=request.reason)


@router.post("/settings/restore", summary="Use earlier settings again", responses=_WRITES)
def restore(request: RestoreRequest) -> Response[SettingsVersion]:
    user = require_administrator(router.current_event)
    earlier = services().settings.read(user.site, request.restores)
    if earlier is None:
        raise SettingsNotFound
    reason = f"The values of version {earlier.number} again"
    newest = _read_newest(user)
    return _store(user, newest, earlier.settings, replaces=request.replaces, reason=reason)


def _read_newest(user: User) -> SettingsVersion:
    """Raises SettingsNotFound where the site is not in the deploy and has no version."""
    deployed = services().deployed.get(user.site)
    newest = services().settings.read_newest(user.site)
    if newest is None and deployed is not None:
        at = clock.to_text(clock.now())
        newest = services().settings.read_or_create(user.site, deployed=deployed, at=at)
    if newest is None:
        raise SettingsNotFound
    return newest


def _build_settings(request: SettingsRequest, current: SiteSettings) -> SiteSettings:
    """Of these values none is a demo: a person has stated them."""
    return SiteSettings(
        prevalence=request.prevalence,
        slope=request.slope,
        offset=request.offset,
        age_policy=request.age_policy,
        requires_age=request.requires_age,
        blind_share=current.blind_share if request.blind_share is None else request.blind_share,
        allows_training=(
            current.allows_training if request.allows_training is None else request.allows_training
        ),
    )


def _store(
    user: User, newest: SettingsVersion, settings: SiteSettings, *, replaces: int, reason: str
) -> Response[SettingsVersion]:
    """Of two writers one stores its version; the other one has not seen it. A repeated request
    finds its own version. Raises SettingsChanged.
    """
    version = SettingsVersion(
        site=user.site,
        number=replaces + 1,
        at=clock.to_text(clock.now()),
        by=user.subject,
        reason=reason,
        settings=settings,
    )
    if replace(newest, at=version.at) == version:
        return Response(HTTPStatus.OK, "application/json", newest)
    if newest.number != replaces or not services().settings.write(version):
        raise SettingsChanged
    return Response(HTTPStatus.CREATED, "application/json", version)
