"""`make recalibrate STAGE=` works on the stage's buckets with the operator's credentials."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from botocore.config import Config

from contracts.sites import SiteSettings
from deploy.account import Account
from deploy.errors import DeployError
from deploy.recalibration import recalibrate
from storage.site_settings import SiteSettingsStore
from tests.lambdas.calls import Aws
from tests.lambdas.conftest import aws, decoder_process, moto_state, moto_url, redis_url

__all__ = ["aws", "decoder_process", "moto_state", "moto_url", "redis_url"]

OUTPUTS = {"FactsBucket": "facts", "ImagesBucket": "pictures", "ModelsBucket": "models"}


@dataclass(frozen=True, kw_only=True)
class StageAccount(Account):
    """An account with a stage whose buckets are moto's."""

    s3: Any
    stack_outputs: dict[str, str] = field(default_factory=lambda: OUTPUTS)

    def outputs(self, stage: str) -> dict[str, str]:
        return self.stack_outputs

    def client(self, service: str, *, config: Config | None = None) -> Any:
        return self.s3 if service == "s3" else self

    def get_caller_identity(self) -> dict[str, str]:
        return {"UserId": "AROA2EXAMPLE:somebody@hospital.example"}


def account(aws: Aws, **fields: Any) -> StageAccount:
    return StageAccount(
        number="111122223333", region="us-east-1", session=None, s3=aws.s3, **fields
    )


@pytest.fixture
def store(aws: Aws) -> SiteSettingsStore:
    store = SiteSettingsStore(aws.s3, "facts")
    settings = SiteSettings(prevalence=0.1)
    store.read_or_create("siteMain", deployed=settings, at="2026-11-28T16:00:00.000Z")
    return store


def run(account: StageAccount, *, is_undo: bool = False) -> str:
    return recalibrate(
        account, "dev", site="siteMain", why="why", is_undo=is_undo, is_confirmed=True
    )


def test_an_undo_names_the_callers_id(aws: Aws, store: SiteSettingsStore) -> None:
    first = store.read("siteMain", 1)
    assert first is not None
    later = SiteSettings(prevalence=0.4)
    assert store.write(replace(first, number=2, settings=later))
    assert run(account(aws), is_undo=True).startswith("Version 3 is stored")
    newest = store.read_newest("siteMain")
    assert newest is not None
    # Without the session's name, which may be an e-mail address.
    assert (newest.by, newest.settings.prevalence) == ("AROA2EXAMPLE", 0.1)


def test_too_few_reviews_are_an_error_with_words(aws: Aws, store: SiteSettingsStore) -> None:
    with pytest.raises(DeployError, match="At least 30 reviewed films of children are needed"):
        run(account(aws))


def test_a_stage_of_an_earlier_release_is_named(aws: Aws) -> None:
    with pytest.raises(DeployError, match="make deploy STAGE=dev"):
        run(account(aws, stack_outputs={}))
