"""What a person chooses for one run, and the addresses and folders that follow from it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from local.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent

# What is installed once for every run, wherever its data are.
TOOLS_FOLDER = ROOT / ".local"
LAMBDA_ENVIRONMENT = TOOLS_FOLDER / "runtime"
NODE = TOOLS_FOLDER / "node"

REGION = "us-east-1"
ACCOUNT = "123456789012"

# PORT is the page; those after it are moto, the login, the endpoint and Redis.
_PORTS = 5
_LOWEST, _HIGHEST = 1024, 65535 - _PORTS + 1


class Model(StrEnum):
    CPU = "cpu"
    ENDPOINT = "endpoint"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`folder` keeps data and logs; the pictures in `samples` are offered on the upload page, which
    is under `prefix`, as that of a stage without a domain. Behind `proxy_port` stands what lets
    requests to AWS go wrong, for tests.
    """

    port: int = 8000
    folder: Path = TOOLS_FOLDER
    model: Model = Model.CPU
    samples: Path | None = None
    prefix: str = ""
    proxy_port: int | None = None

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def public_url(self) -> str:
        return f"{self.origin}{self.prefix}"

    @property
    def aws_port(self) -> int:
        return self.port + 1

    @property
    def login_port(self) -> int:
        return self.port + 2

    @property
    def endpoint_port(self) -> int:
        return self.port + 3

    @property
    def redis_port(self) -> int:
        return self.port + 4

    @property
    def aws_url(self) -> str:
        return f"http://localhost:{self.aws_port}"

    @property
    def functions_aws_url(self) -> str:
        """Where the functions and the queue's poller find AWS."""
        return f"http://localhost:{self.proxy_port or self.aws_port}"

    @property
    def login_url(self) -> str:
        return f"http://localhost:{self.login_port}"

    @property
    def endpoint_url(self) -> str:
        return f"http://localhost:{self.endpoint_port}"

    @property
    def functions_endpoint_url(self) -> str:
        return f"http://localhost:{self.proxy_port or self.endpoint_port}"

    @property
    def redis_url(self) -> str:
        return f"redis://127.0.0.1:{self.redis_port}/0"

    @property
    def ports(self) -> dict[int, str]:
        """The ports that this run listens on, each with what listens there."""
        ports = {
            self.port: "the page",
            self.aws_port: "storage and queue",
            self.login_port: "the login",
            self.redis_port: "Redis",
        }
        if self.model is Model.ENDPOINT:
            ports[self.endpoint_port] = "the endpoint"
        return ports

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"


def from_environment(environment: Mapping[str, str]) -> Settings:
    """The settings that PORT, MODEL, SAMPLES, PREFIX, PROXY_PORT and XRAY_LOCAL_DIR ask for.

    Raises SettingsError.
    """
    folder = environment.get("XRAY_LOCAL_DIR")
    samples = environment.get("SAMPLES")
    return Settings(
        port=_port(environment.get("PORT") or "8000"),
        folder=Path(folder).expanduser().resolve() if folder else TOOLS_FOLDER,
        model=_model(environment.get("MODEL") or Model.CPU),
        samples=_existing(samples) if samples else None,
        prefix=_prefix(environment.get("PREFIX") or ""),
        proxy_port=_port(environment["PROXY_PORT"]) if environment.get("PROXY_PORT") else None,
    )


def _port(text: str) -> int:
    if not text.isdecimal() or not _LOWEST <= int(text) <= _HIGHEST:
        raise SettingsError(f"PORT={text} is not a number from {_LOWEST} to {_HIGHEST}.")
    return int(text)


def _model(text: str) -> Model:
    if text not in set(Model):
        raise SettingsError(f"MODEL={text} is not one of: {', '.join(Model)}.")
    return Model(text)


def _prefix(text: str) -> str:
    if text and not re.fullmatch(r"/[a-z0-9-]+", text):
        raise SettingsError(f"PREFIX={text} is not a path such as /dev.")
    return text


def _existing(text: str) -> Path:
    folder = Path(text).expanduser().resolve()
    if not folder.is_dir():
        raise SettingsError(f"SAMPLES={text} is not a folder.")
    return folder
