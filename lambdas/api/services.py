"""The stores that the routes work with, made once, and the user of a request."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from contracts import keys
from contracts.access import AccessError, Role, User, parse_user
from contracts.language import gettext
from contracts.record import Record, State
from contracts.sites import SiteSettings
from lambdas import clients
from lambdas.account_log import AccountLog
from lambdas.accounts_caller import AccountsCaller
from lambdas.api.problems import AccessDenied, LoggedOut, RadiographNotFound
from lambdas.cache import Cache, connect_cache
from lambdas.deletion_caller import DeletionCaller
from lambdas.identified_record import IdentifiedRecord
from lambdas.identity import IdentityStore
from lambdas.images import ImageStore
from lambdas.list_counter import ListCounter
from lambdas.login_log import LoginLog
from lambdas.opening_log import OpeningLog
from lambdas.record_reader import RecordReader
from lambdas.records import RecordStore
from lambdas.search_index import SearchIndex, connect_search_index
from lambdas.settings import read_settings
from lambdas.token_ends import TokenEnds
from lambdas.worklist_index import WorklistIndex
from storage.models_bucket import ModelsBucket
from storage.site_settings import SiteSettingsStore

_ID = re.compile(keys.RADIOGRAPH_ID_PATTERN)


@dataclass(frozen=True, kw_only=True)
class Services:
    records: RecordStore
    index: WorklistIndex
    search: SearchIndex
    openings: OpeningLog
    images: ImageStore
    identities: IdentityStore
    cache: Cache
    reader: RecordReader
    models: ModelsBucket
    settings: SiteSettingsStore
    deployed: Mapping[str, SiteSettings]
    deletion: DeletionCaller
    accounts: AccountsCaller
    account_log: AccountLog
    logins: LoginLog

    @property
    def list_counter(self) -> ListCounter:
        return ListCounter(index=self.index, cache=self.cache)

    @property
    def token_ends(self) -> TokenEnds:
        return TokenEnds(self.cache)

    def read_record(self, radiograph_id: str, user: User) -> IdentifiedRecord:
        """Raises RadiographNotFound also for a radiograph of another site, or a deleted one."""
        identified_record = self.read_record_or_trace(radiograph_id, user)
        if identified_record.record.state is State.DELETED:
            raise RadiographNotFound
        return identified_record

    def read_record_or_trace(self, radiograph_id: str, user: User) -> IdentifiedRecord:
        """The same, and of a deleted radiograph what is left: its record without identity."""
        if not _ID.fullmatch(radiograph_id):
            raise RadiographNotFound
        identified_record = self.reader.read(radiograph_id)
        if identified_record is None or not self._is_of_site(identified_record.record, user.site):
            raise RadiographNotFound
        return identified_record

    def read_records(
        self, radiograph_ids: Sequence[str], user: User
    ) -> Mapping[str, IdentifiedRecord]:
        """Those of the ids that the user may see, in their order."""
        return self._select(self.reader.read_many(radiograph_ids), user)

    def read_cached_records(
        self, radiograph_ids: Sequence[str], user: User
    ) -> Mapping[str, IdentifiedRecord]:
        """The same by one call of Redis and none of S3: without those that Redis does not have."""
        cached = self.cache.read_records(radiograph_ids)
        return self._select([record for record in cached if record is not None], user)

    def _select(
        self, records: Sequence[IdentifiedRecord], user: User
    ) -> Mapping[str, IdentifiedRecord]:
        return {
            each.record.radiograph_id: each for each in records if self._may_see(each.record, user)
        }

    def _may_see(self, record: Record, user: User) -> bool:
        return record.state is not State.DELETED and self._is_of_site(record, user.site)

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
    records = RecordStore(s3, settings.facts_bucket, is_locked=settings.locks_facts)
    identities = IdentityStore(s3, settings.images_bucket)
    connection = connect_cache(settings)
    return Services(
        records=records,
        index=WorklistIndex(
            s3, facts_bucket=settings.facts_bucket, images_bucket=settings.images_bucket
        ),
        search=connect_search_index(settings),
        openings=OpeningLog(s3, settings.facts_bucket),
        images=ImageStore(s3, settings.images_bucket),
        identities=identities,
        cache=connection,
        reader=RecordReader(records=records, identities=identities, cache=connection),
        models=ModelsBucket(s3, settings.models_bucket),
        settings=SiteSettingsStore(s3, settings.facts_bucket),
        deployed=settings.sites,
        accounts=AccountsCaller(clients.functions(), settings.accounts_function),
        account_log=AccountLog(s3, settings.facts_bucket),
        logins=LoginLog(s3, settings.facts_bucket),
        deletion=DeletionCaller(clients.functions(), settings.deletion_function),
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
    issued_at = read_issue_time(claims)
    if services().token_ends.contain(
        read_token_id(event), subject=user.subject, issued_at=issued_at
    ):
        raise LoggedOut
    return user


def require_administrator(event: APIGatewayProxyEvent) -> User:
    """The user of a request. Raises AccessDenied for an account without the role."""
    user = require_user(event)
    if Role.ADMINISTRATOR not in user.roles:
        raise AccessDenied(gettext("only administrators may do it"))
    return user


def read_issue_time(claims: Mapping[str, object]) -> float:
    """In seconds since 1970. API Gateway passes `iat` as a date, such as "Sun Nov 29 13:34:36 UTC
    2026"; zero where there is none, as for a token that is older than any.
    """
    try:
        time = datetime.strptime(str(claims.get("iat")), "%a %b %d %H:%M:%S %Z %Y")
    except ValueError:
        return 0.0
    return time.replace(tzinfo=UTC).timestamp()


def read_token_id(event: APIGatewayProxyEvent) -> str:
    """The `jti` of the token (RFC 7519), which Cognito puts into every one. Raises AccessDenied."""
    token_id = (event.request_context.authorizer.claims or {}).get("jti")
    if not token_id:
        raise AccessDenied(gettext("the token has no id"))
    return str(token_id)
