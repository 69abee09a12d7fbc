"""Settings of one run, read from the environment, and the addresses and folders they imply."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from local.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent

# Holds what is installed once for all runs, wherever their data folders are.
TOOLS_FOLDER = ROOT / ".local"
LAMBDA_ENVIRONMENT = TOOLS_FOLDER / "runtime"

REGION = "us-east-1"
ACCOUNT = "123456789012"

# PORT serves the page; the next four serve moto, the login, the endpoint and Redis.
_PORT_COUNT = 5
_MIN_PORT, _MAX_PORT = 1024, 65535 - _PORT_COUNT + 1


class Model(StrEnum):
    """Where the model runs: inside the screening function, or behind the SageMaker endpoint."""

    CPU = "cpu"
    ENDPOINT = "endpoint"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`folder` holds data and logs. The upload page offers the images in `samples`. `prefix` is
    the path of the page, as for a stage without a domain of its own. On `proxy_port` the tests run
    a proxy that injects faults into requests to AWS.
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
        """The address of AWS for the functions and the queue poller: the proxy, if there is one."""
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
        """The ports of this run, each with the name of the service that listens there."""
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
    """Reads PORT, MODEL, SAMPLES, PREFIX, PROXY_PORT and XRAY_LOCAL_DIR. Raises SettingsError."""
    folder = environment.get("XRAY_LOCAL_DIR")
    samples = environment.get("SAMPLES")
    return Settings(
        port=_port(environment.get("PORT") or "8000"),
        folder=Path(folder).expanduser().resolve() if folder else TOOLS_FOLDER,
        model=_model(environment.get("MODEL") or Model.CPU),
        samples=_samples_folder(samples) if samples else None,
        prefix=_prefix(environment.get("PREFIX") or ""),
        proxy_port=_port(environment["PROXY_PORT"]) if environment.get("PROXY_PORT") else None,
    )


def _port(text: str) -> int:
    if not text.isdecimal() or not _MIN_PORT <= int(text) <= _MAX_PORT:
        raise SettingsError(f"PORT={text} is not a number from {_MIN_PORT} to {_MAX_PORT}.")
    return int(text)


def _model(text: str) -> Model:
    if text not in set(Model):
        raise SettingsError(f"MODEL={text} is not one of: {', '.join(Model)}.")
    return Model(text)


def _prefix(text: str) -> str:
    if text and not re.fullmatch(r"/[a-z0-9-]+", text):
        raise SettingsError(f"PREFIX={text} is not a path such as /dev.")
    return text


def _samples_folder(text: str) -> Path:
    folder = Path(text).expanduser().resolve()
    if not folder.is_dir():
        raise SettingsError(f"SAMPLES={text} is not a folder.")
    return folder
