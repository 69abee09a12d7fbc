"""What every route of the API works with: the stores, made once, and the user who asks."""

import re
from dataclasses import dataclass
from functools import cache

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from contracts.access import AccessError, User, parse_user
from contracts.record import State
from lambdas import clients, records, settings
from lambdas.api.problems import NoAccess, NoSuchRadiograph
from lambdas.cache import Cache, Entry, connect
from lambdas.entries import read_entry
from lambdas.records import Store
from storage.models_bucket import ModelsBucket

_ID = re.compile(r"[a-z2-7]{26}")


@dataclass(frozen=True, kw_only=True)
class Backend:
    store: Store
    cache: Cache
    models: ModelsBucket

    def entry(self, radiograph: str, user: User) -> Entry:
        """The user's radiograph. One of another site is as if it did not exist, and so is one that
        was deleted: NoSuchRadiograph.
        """
        found = (
            read_entry(self.store, self.cache, radiograph) if _ID.fullmatch(radiograph) else None
        )
        if found is None or found.record.site != user.site or found.record.state is State.DELETED:
            raise NoSuchRadiograph
        return found


@cache
def backend() -> Backend:
    known = settings.from_environment()
    return Backend(
        store=records.connect(known),
        cache=connect(known),
        models=ModelsBucket(clients.s3(), known.models_bucket),
    )


def user_of(event: APIGatewayProxyEvent) -> User:
    """The user by the claims that API Gateway's authoriser has checked. Raises NoAccess."""
    claims = event.request_context.authorizer.claims or {}
    try:
        return parse_user(claims)
    except AccessError as error:
        raise NoAccess(str(error)) from error
