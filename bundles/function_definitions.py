"""Defines each Lambda function: bundle, handler, limits and environment, for AWS and local.

A function's `name` is a dimension of its metrics and part of its log group, so it must not change.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bundles.bundle_contents import API, CANARY, SCREENING, UI, Bundle


@dataclass(frozen=True, kw_only=True)
class Resources:
    """What the environment of functions is built from: names and addresses, never secrets.

    `locks_facts` is "yes" where the facts bucket has Object Lock, else empty.
    `login_url` is the login domain (it serves /oauth2/authorize, /oauth2/token and /logout);
    `issuer` signs the tokens; `images_origin` is where the browser uploads and loads images.
    """

    stage: str
    images_bucket: str
    facts_bucket: str
    locks_facts: str
    models_bucket: str
    redis_url: str
    redis_secret_arn: str
    record_key_arn: str
    search_key_arn: str
    endpoint_name: str
    endpoint_hours: str
    sites: str
    public_url: str
    images_origin: str
    issuer: str
    login_url: str
    client_id: str
    session_secret_arn: str
    page_key_arn: str
    deletion_function: str
    accounts_function: str
    user_pool_id: str
    canary_client_id: str
    canary_secret_arn: str
    registration_function: str


@dataclass(frozen=True, kw_only=True)
class Function:
    """`environment` maps each variable to the field of Resources that it holds."""

    name: str
    bundle: Bundle
    handler: str
    memory_megabytes: int
    timeout_seconds: int
    environment: Mapping[str, str]

    def environment_variables(self, resources: Resources) -> dict[str, str]:
        values = {name: getattr(resources, field) for name, field in self.environment.items()}
        return {"POWERTOOLS_SERVICE_NAME": self.name, **values}


_DATA_VARIABLES = {
    "STAGE": "stage",
    "FACTS_BUCKET": "facts_bucket",
    "LOCKS_FACTS": "locks_facts",
    "IMAGES_BUCKET": "images_bucket",
    "REDIS_URL": "redis_url",
    "REDIS_SECRET_ARN": "redis_secret_arn",
    "RECORD_KEY_ARN": "record_key_arn",
    "SEARCH_KEY_ARN": "search_key_arn",
}

# API Gateway gives up after 29 seconds, so a later answer would reach nobody.
API_FUNCTION = Function(
    name="api",
    bundle=API,
    handler="lambdas.api.handler.handler",
    memory_megabytes=512,
    timeout_seconds=15,
    environment={
        **_DATA_VARIABLES,
        "MODELS_BUCKET": "models_bucket",
        "SITES": "sites",
        "DELETION_FUNCTION": "deletion_function",
        "ACCOUNTS_FUNCTION": "accounts_function",
    },
)
# 1,769 MB is one whole processor. A second one makes a radiograph 1.2 times as fast and costs 1.6
# times as much. The function needs 170 MB (measured by benchmarks.screening_memory), its decoding
# process 43 MB and never more than 512.
SCREENING_FUNCTION = Function(
    name="screening",
    bundle=SCREENING,
    handler="lambdas.screening.handler.handler",
    memory_megabytes=1769,
    timeout_seconds=60,
    environment={
        **_DATA_VARIABLES,
        "MODELS_BUCKET": "models_bucket",
        "ENDPOINT_NAME": "endpoint_name",
        "ENDPOINT_HOURS": "endpoint_hours",
        "SITES": "sites",
    },
)
# One whole processor, and not a third of one: it works on many records at once, and no longer than
# some minutes a night.
REFILL_CACHE_FUNCTION = Function(
    name="rebuild",
    bundle=API,
    handler="lambdas.refill_cache.handler",
    memory_megabytes=1769,
    timeout_seconds=900,
    environment=_DATA_VARIABLES,
)
DRIFT_FUNCTION = Function(
    name="drift",
    bundle=API,
    handler="lambdas.drift.handler.handler",
    memory_megabytes=512,
    timeout_seconds=300,
    environment=_DATA_VARIABLES,
)
# An operator calls it by `make forget`, and the API for an administrator of the site.
DELETE_RADIOGRAPH_FUNCTION = Function(
    name="delete",
    bundle=API,
    handler="lambdas.delete_radiograph.handler",
    memory_megabytes=512,
    timeout_seconds=120,
    environment=_DATA_VARIABLES,
)
# The API calls it and waits. It is no user of data, and outside the network.
ACCOUNTS_FUNCTION = Function(
    name="accounts",
    bundle=API,
    handler="lambdas.manage_accounts.handler",
    memory_megabytes=512,
    timeout_seconds=9,
    environment={"STAGE": "stage", "USER_POOL_ID": "user_pool_id"},
)
# CloudFormation calls it with all that it needs in the event; it copies some 60 MB inside S3.
RELEASE_MODEL_FUNCTION = Function(
    name="release",
    bundle=API,
    handler="lambdas.release_model.handler",
    memory_megabytes=512,
    timeout_seconds=120,
    environment={},
)
UI_FUNCTION = Function(
    name="ui",
    bundle=UI,
    handler="ui.lambda_handler.handler",
    memory_megabytes=512,
    timeout_seconds=29,
    environment={
        "PUBLIC_URL": "public_url",
        "IMAGES_ORIGIN": "images_origin",
        "OIDC_ISSUER": "issuer",
        "OIDC_LOGIN_URL": "login_url",
        "OIDC_CLIENT_ID": "client_id",
        "SESSION_SECRET_ARN": "session_secret_arn",
        "PAGE_KEY_ARN": "page_key_arn",
    },
)
_CANARY_VARIABLES = {
    "STAGE": "stage",
    "USER_POOL_ID": "user_pool_id",
    "CANARY_CLIENT_ID": "canary_client_id",
    "CANARY_SECRET_ARN": "canary_secret_arn",
}
# It waits for a minute at most for the answer; the memory is for the phantom.
CANARY_FUNCTION = Function(
    name="canary",
    bundle=CANARY,
    handler="lambdas.run_canary.handler",
    memory_megabytes=512,
    timeout_seconds=180,
    environment={
        **_CANARY_VARIABLES,
        "PUBLIC_URL": "public_url",
        "PAGE_KEY_ARN": "page_key_arn",
        "REGISTRATION_FUNCTION": "registration_function",
    },
)
# The canary waits for it, once in the life of its account.
REGISTRATION_FUNCTION = Function(
    name="registration",
    bundle=CANARY,
    handler="lambdas.register_canary.handler",
    memory_megabytes=512,
    timeout_seconds=9,
    environment=_CANARY_VARIABLES,
)
CANARY_FUNCTIONS = (CANARY_FUNCTION, REGISTRATION_FUNCTION)
FUNCTIONS = (
    API_FUNCTION,
    SCREENING_FUNCTION,
    REFILL_CACHE_FUNCTION,
    DRIFT_FUNCTION,
    DELETE_RADIOGRAPH_FUNCTION,
    ACCOUNTS_FUNCTION,
    RELEASE_MODEL_FUNCTION,
    UI_FUNCTION,
    *CANARY_FUNCTIONS,
)
