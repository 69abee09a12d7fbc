"""The stores that the routes work with, made once, and the user of a request."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from contracts import keys
from contracts.access import AccessError, User, parse_user
from contracts.record import Record, State
from contracts.sites import SiteSettings
from lambdas import clients
from lambdas.api.problems import AccessDenied, LoggedOut, RadiographNotFound
from lambdas.cache import Cache, connect_cache
from lambdas.identified_record import IdentifiedRecord
from lambdas.identity import IdentityStore
from lambdas.images import ImageStore
from lambdas.record_reader import RecordReader
from lambdas.records import RecordStore
from lambdas.settings import read_settings
from lambdas.worklist_index import WorklistIndex
from storage.models_bucket import ModelsBucket
from storage.site_settings import SiteSettingsStore

_ID = re.compile(keys.RADIOGRAPH_ID_PATTERN)


@dataclass(frozen=True, kw_only=True)
class Services:
    records: RecordStore
    index: WorklistIndex
    images: ImageStore
    identities: IdentityStore
    cache: Cache
    reader: RecordReader
    models: ModelsBucket
    settings: SiteSettingsStore
    deployed: Mapping[str, SiteSettings]

    def read_record(self, radiograph_id: str, user: User) -> IdentifiedRecord:
        """Raises RadiographNotFound also for a radiograph of another site, or a deleted one."""
        if not _ID.fullmatch(radiograph_id):
            raise RadiographNotFound
        identified_record = self.reader.read(radiograph_id)
        if (
            identified_record is None
            or identified_record.record.state is State.DELETED
            or not self._is_of_site(identified_record.record, user.site)
        ):
            raise RadiographNotFound
        return identified_record

    def _is_of_site(self, record: Record, site: str) -> bool:
        """By the index where the fact that names the site cannot be read."""
        if record.site or record.state is not State.UNREADABLE:
            return record.site == site
        created_at = datetime.fromisoformat(record.created_at)
        return self.index.contains(site, record.radiograph_id, created_near=created_at)


@cache
def services() -> Services:
    """Connects to the stores that the environment names."""
    settings, s3 = read_settings(), clients.s3()
    records = RecordStore(s3, settings.facts_bucket)
    identities = IdentityStore(s3, settings.images_bucket)
    connection = connect_cache(settings)
    return Services(
        records=records,
        index=WorklistIndex(s3, settings.facts_bucket),
        images=ImageStore(s3, settings.images_bucket),
        identities=identities,
        cache=connection,
        reader=RecordReader(records=records, identities=identities, cache=connection),
        models=ModelsBucket(s3, settings.models_bucket),
        settings=SiteSettingsStore(s3, settings.facts_bucket),
        deployed=settings.sites,
    )


def require_user(event: APIGatewayProxyEvent) -> User:
    """The user, from the claims of the token that API Gateway has verified.

    Raises AccessDenied, or LoggedOut for a token after its logout.
    """
    claims = event.request_context.authorizer.claims or {}
    try:
        user = parse_user(claims)
    except AccessError as error:
        raise AccessDenied(str(error)) from error
    if services().cache.is_logged_out(read_token_id(event)):
        raise LoggedOut
    return user


def read_token_id(event: APIGatewayProxyEvent) -> str:
    """The `jti` of the token (RFC 7519), which Cognito puts into every one. Raises AccessDenied."""
    token_id = (event.request_context.authorizer.claims or {}).get("jti")
    if not token_id:
        raise AccessDenied("the token has no id")
    return str(token_id)
