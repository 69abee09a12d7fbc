"""What ships in each artefact, and the environment it runs in: the one source for AWS and local.

Standard library only, so that the local stack needs no CDK. A bundle is staged by copying its
folders and installing its pinned requirements for the Python and platform it will run on.
"""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAGED = ROOT / "build" / "bundles"

LAMBDA_PYTHON = "3.12"
# Lambda runs Amazon Linux 2023 (glibc 2.34); newer numpy and Pillow have no older wheels.
LAMBDA_PLATFORM = "x86_64-manylinux_2_28"

# The Lambda runtime brings these; shipping them again costs 15 MB and cold-start time.
_IN_RUNTIME = frozenset({"boto3", "botocore", "s3transfer"})
# Zappa's command line needs these; its handler does not.
_ZAPPA_CLI = frozenset(
    "argcomplete cfn-flip durationpy hjson pip placebo python-slugify pyyaml setuptools "
    "text-unidecode toml tqdm troposphere wheel".split()
)


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """`folders` keep their names and are the import roots; `files` map a place in the bundle to
    its source; `omit` names requirements that are not shipped; sizes are unpacked.
    """

    name: str
    folders: tuple[str, ...]
    max_megabytes: int
    files: Mapping[str, str] = field(default_factory=dict)
    omit: frozenset[str] = frozenset()

    @property
    def requirements(self) -> Path:
        return ROOT / "requirements" / f"{self.name}.txt"


API = Bundle(name="api", folders=("contracts", "lambdas"), max_megabytes=40)
SCREENING = Bundle(
    name="screening", folders=("contracts", "lambdas", "screening"), max_megabytes=220
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
    `issuer` signs the tokens; `pictures_origin` is where the browser sends and fetches pictures.
    """

    stage: str
    pictures_bucket: str
    facts_bucket: str
    models_bucket: str
    redis_url: str
    endpoint_name: str
    sites: str
    public_url: str
    pictures_origin: str
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


_STORAGE = {
    "FACTS_BUCKET": "facts_bucket",
    "PICTURES_BUCKET": "pictures_bucket",
    "REDIS_URL": "redis_url",
}

# API Gateway gives up after 29 seconds, so an answer after that reaches nobody.
API_FUNCTION = Function(
    name="api",
    bundle=API,
    handler="lambdas.api.handler",
    memory_megabytes=512,
    timeout_seconds=15,
    environment={**_STORAGE, "MODELS_BUCKET": "models_bucket"},
)
# 1,769 MB is one whole processor; the CPU model uses two.
SCREENING_FUNCTION = Function(
    name="screening",
    bundle=SCREENING,
    handler="lambdas.screen.handler",
    memory_megabytes=3538,
    timeout_seconds=60,
    environment={
        **_STORAGE,
        "MODELS_BUCKET": "models_bucket",
        "ENDPOINT_NAME": "endpoint_name",
        "SITES": "sites",
    },
)
REBUILD_FUNCTION = Function(
    name="rebuild",
    bundle=API,
    handler="lambdas.rebuild.handler",
    memory_megabytes=512,
    timeout_seconds=900,
    environment=_STORAGE,
)
UI_FUNCTION = Function(
    name="ui",
    bundle=UI,
    handler="ui.aws.handler",
    memory_megabytes=512,
    timeout_seconds=29,
    environment={
        "PUBLIC_URL": "public_url",
        "PICTURES_ORIGIN": "pictures_origin",
        "OIDC_ISSUER": "issuer",
        "OIDC_LOGIN_URL": "login_url",
        "OIDC_CLIENT_ID": "client_id",
        "SESSION_SECRET_ARN": "session_secret_arn",
    },
)
FUNCTIONS = (API_FUNCTION, SCREENING_FUNCTION, REBUILD_FUNCTION, UI_FUNCTION)


def stage_for_lambda(bundle: Bundle) -> Path:
    """The folder of the bundle, built for AWS."""
    options = ["--python-version", LAMBDA_PYTHON, "--python-platform", LAMBDA_PLATFORM]
    return _stage(bundle, target="lambda", options=options)


def stage_for_this_machine(bundle: Bundle) -> Path:
    """The folder of the bundle, built for the running interpreter."""
    target = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return _stage(bundle, target=target, options=["--python", sys.executable])


def fingerprint(bundle: Bundle) -> str:
    """A hash of all that goes in: the same inputs give the same bundle."""
    digest = hashlib.sha256()
    for place, source in sorted(_contents(bundle)):
        digest.update(f"{place}\0".encode() + source.read_bytes() + b"\0")
    digest.update("\n".join(_pins(bundle)).encode())
    return digest.hexdigest()


def _stage(bundle: Bundle, *, target: str, options: list[str]) -> Path:
    """Wheels and code are staged apart, so that a change of code installs nothing again."""
    wheels = _install(bundle, target=target, options=options)
    folder = STAGED / f"{bundle.name}-{target}-{fingerprint(bundle)[:16]}"
    if folder.exists():
        return folder
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(wheels, partial, symlinks=True)
    for place, source in _contents(bundle):
        (partial / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, partial / place)
    partial.rename(folder)
    _forget_others(bundle, target, keep=folder)
    return folder


def _install(bundle: Bundle, *, target: str, options: list[str]) -> Path:
    pins = _pins(bundle)
    digest = hashlib.sha256("\n".join([*options[::2], *pins]).encode()).hexdigest()[:16]
    folder = STAGED / f"wheels-{bundle.name}-{target}-{digest}"
    if folder.exists():
        return folder
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    listed = partial.with_suffix(".txt")
    listed.write_text("\n".join(pins))
    uv = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-deps"]
    command = [*uv, *options, "--only-binary", ":all:", "--target", str(partial)]
    subprocess.run([*command, "-r", str(listed)], check=True)
    listed.unlink()
    partial.rename(folder)
    return folder


def _pins(bundle: Bundle) -> list[str]:
    left_out = _IN_RUNTIME | bundle.omit
    lines = bundle.requirements.read_text().splitlines()
    return [line for line in lines if line and line.split("==")[0] not in left_out]


def _contents(bundle: Bundle) -> Iterator[tuple[str, Path]]:
    for folder in bundle.folders:
        for source in sorted((ROOT / folder).rglob("*")):
            if source.is_file() and "__pycache__" not in source.parts:
                yield str(source.relative_to(ROOT)), source
    for place, path in bundle.files.items():
        yield place, ROOT / path


def _forget_others(bundle: Bundle, target: str, *, keep: Path) -> None:
    for folder in STAGED.glob(f"{bundle.name}-{target}-*"):
        if folder != keep and not folder.name.endswith(".partial"):
            shutil.rmtree(folder, ignore_errors=True)
