"""The settings of the page, read from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`public_url` is the address of the page, without a slash at its end. `samples_url` lists
    sample images to try; it is set only where the system runs on one machine.
    """

    public_url: str
    images_origin: str
    issuer: str
    login_url: str
    client_id: str
    session_secret_arn: str
    page_key_arn: str
    samples_url: str = ""

    @property
    def api_url(self) -> str:
        return f"{self.public_url}/v1"

    @property
    def login_origin(self) -> str:
        parts = urlsplit(self.login_url)
        return f"{parts.scheme}://{parts.netloc}"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Raises KeyError if a variable of `bundles.function_definitions.UI_FUNCTION` is missing."""
    return Settings(
        public_url=environment["PUBLIC_URL"].rstrip("/"),
        images_origin=environment["IMAGES_ORIGIN"],
        issuer=environment["OIDC_ISSUER"],
        login_url=environment["OIDC_LOGIN_URL"].rstrip("/"),
        client_id=environment["OIDC_CLIENT_ID"],
        session_secret_arn=environment["SESSION_SECRET_ARN"],
        page_key_arn=environment["PAGE_KEY_ARN"],
        samples_url=environment.get("SAMPLES_URL", ""),
    )
