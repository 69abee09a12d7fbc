"""What ships in each artefact, and the environment it runs in: the one source for AWS and local.

Standard library only, so that the local stack needs no CDK.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bundles.staging import (
    LAMBDA_PYTHON,
    ROOT,
    Bundle,
    fingerprint,
    stage_for_lambda,
    stage_for_this_machine,
)

__all__ = [
    "API",
    "API_FUNCTION",
    "BUNDLES",
    "DELETE_FUNCTION",
    "FUNCTIONS",
    "LAMBDA_PYTHON",
    "REBUILD_FUNCTION",
    "RELEASE_FUNCTION",
    "ROOT",
    "SCREENING",
    "SCREENING_FUNCTION",
    "UI",
    "UI_FUNCTION",
    "Bundle",
    "Function",
    "Resources",
    "fingerprint",
    "stage_for_lambda",
    "stage_for_this_machine",
]

# Zappa's command line needs these; its handler does not.
_ZAPPA_CLI = frozenset(
    {"argcomplete", "cfn-flip", "hjson", "pip", "placebo", "python-slugify"}
    | {"pyyaml", "setuptools", "text-unidecode", "toml", "tqdm", "troposphere", "wheel"}
)

API = Bundle(name="api", folders=("contracts", "lambdas", "storage"), max_megabytes=40)
# imagecodecs brings 80 MB of codecs for formats that no hospital sends.
_DECODERS = {
    "imagecodecs": (
        "__init__.py",
        "*imagecodecs.py",
        "_shared*",
        "_jpeg8.*",
        "_jpegls.*",
        "_jpeg2k.*",
    ),
    "imagecodecs.libs": ("libjpeg-*", "libcharls-*", "libopenjp2-*", "liblcms2-*"),
}
SCREENING = Bundle(
    name="screening",
    folders=("contracts", "lambdas", "screening", "storage"),
    max_megabytes=220,
    parts=_DECODERS,
)
UI = Bundle(
    name="ui",
    folders=("contracts", "ui"),
    max_megabytes=40,
    files={"zappa_settings.py": "ui/zappa_settings.py"},
    omit=_ZAPPA_CLI,
)
BUNDLES = (API, SCREENING, UI)


@dataclass(frozen=True, kw_only=True)
class Resources:
    """What functions are told of their surroundings: names and addresses, never secrets.

    `login_url` is the login domain (it serves /oauth2/authorize, /oauth2/token and /logout);
    `issuer` signs the tokens; `images_origin` is where the browser sends and fetches pictures.
    """

    stage: str
    images_bucket: str
    facts_bucket: str
    models_bucket: str
    redis_url: str
    redis_secret_arn: str
    endpoint_name: str
    sites: str
    public_url: str
    images_origin: str
    issuer: str
    login_url: str
    client_id: str
    session_secret_arn: str


@dataclass(frozen=True, kw_only=True)
class Function:
    """`environment` maps each variable to the field of Resources that it holds."""

    name: str
    bundle: Bundle
    handler: str
    memory_megabytes: int
    timeout_seconds: int
    environment: Mapping[str, str]

    def variables(self, resources: Resources) -> dict[str, str]:
        values = {name: getattr(resources, part) for name, part in self.environment.items()}
        return {"POWERTOOLS_SERVICE_NAME": self.name, **values}


_BACKEND = {
    "STAGE": "stage",
    "FACTS_BUCKET": "facts_bucket",
    "IMAGES_BUCKET": "images_bucket",
    "REDIS_URL": "redis_url",
    "REDIS_SECRET_ARN": "redis_secret_arn",
}

# API Gateway gives up after 29 seconds, so an answer after that reaches nobody.
API_FUNCTION = Function(
    name="api",
    bundle=API,
    handler="lambdas.api.handler.handler",
    memory_megabytes=512,
    timeout_seconds=15,
    environment={**_BACKEND, "MODELS_BUCKET": "models_bucket"},
)
# 1,769 MB is one whole processor. A second one makes a radiograph 1.2 times as fast and costs 1.6
# times as much; the function itself needs 170 MB (measured by benchmarks.screening_memory), its
# reader 43 MB and never more than 512.
SCREENING_FUNCTION = Function(
    name="screening",
    bundle=SCREENING,
    handler="lambdas.screening.handler.handler",
    memory_megabytes=1769,
    timeout_seconds=60,
    environment={
        **_BACKEND,
        "MODELS_BUCKET": "models_bucket",
        "ENDPOINT_NAME": "endpoint_name",
        "SITES": "sites",
    },
)
REBUILD_FUNCTION = Function(
    name="rebuild",
    bundle=API,
    handler="lambdas.refill_cache.handler",
    memory_megabytes=512,
    timeout_seconds=900,
    environment=_BACKEND,
)
# An administrator calls it by `make forget`.
DELETE_FUNCTION = Function(
    name="delete",
    bundle=API,
    handler="lambdas.delete_radiograph.handler",
    memory_megabytes=512,
    timeout_seconds=120,
    environment=_BACKEND,
)
# CloudFormation's own: it copies some 60 MB inside S3 and is told all that it needs.
RELEASE_FUNCTION = Function(
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
    },
)
FUNCTIONS = (
    API_FUNCTION,
    SCREENING_FUNCTION,
    REBUILD_FUNCTION,
    DELETE_FUNCTION,
    RELEASE_FUNCTION,
    UI_FUNCTION,
)
