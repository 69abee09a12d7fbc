"""`make outcomes STAGE=` works on the stage's facts, and then has Redis refilled."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config

from contracts import keys
from contracts.record import fold
from contracts.serialisation import parse_fact
from deploy.account import Account
from deploy.errors import DeployError
from deploy.outcome_import import import_outcomes
from tests.conftest import Golden
from tests.lambdas.calls import Aws
from tests.lambdas.conftest import aws, decoder_process, moto_state, moto_url, redis_url

__all__ = ["aws", "decoder_process", "moto_state", "moto_url", "redis_url"]

OUTPUTS = {"FactsBucket": "facts", "RefillFunction": "dev-rebuild"}
FILM = "mzxw6ytboi4dsnrsgm2tinzxge"


@dataclass(frozen=True, kw_only=True)
class StageAccount(Account):
    """An account with a stage whose buckets are moto's, which runs no function without Docker."""

    s3: Any
    stack_outputs: dict[str, str] = field(default_factory=lambda: OUTPUTS)
    calls: list[dict[str, Any]] = field(default_factory=list)

    def outputs(self, stage: str) -> dict[str, str]:
        return self.stack_outputs

    def client(self, service: str, *, config: Config | None = None) -> Any:
        return self.s3 if service == "s3" else self

    def get_caller_identity(self) -> dict[str, str]:
        return {"UserId": "AROA2EXAMPLE:somebody@hospital.example"}

    def invoke(self, **call: Any) -> None:
        self.calls.append(call)


def account(aws: Aws, **fields: Any) -> StageAccount:
    return StageAccount(
        number="111122223333", region="us-east-1", session=None, s3=aws.s3, **fields
    )


@pytest.fixture
def file(aws: Aws, golden: Golden, tmp_path: Path) -> Path:
    """A table for a film that is stored."""
    for sequence, kind in enumerate(("created", "received", "screened"), start=1):
        fact = golden(f"facts/{kind}.json") | {"radiograph_id": FILM, "sequence": sequence}
        aws.s3.put_object(Bucket="facts", Key=keys.fact(FILM, sequence), Body=json.dumps(fact))
    index = keys.index("siteNorth", "2026-11-28T16:00:00.000Z", FILM)
    aws.s3.put_object(Bucket="facts", Key=index)
    table = tmp_path / "outcomes.csv"
    table.write_text(f"film,finding,source,date\n{FILM},pneumonia,ct,2026-11-02\n")
    return table


def run(account: StageAccount, file: Path, *, site: str = "siteNorth") -> str:
    return import_outcomes(account, "dev", site=site, file=file, is_confirmed=True)


def test_the_facts_name_the_callers_id_and_the_refill_starts(aws: Aws, file: Path) -> None:
    caller = account(aws)
    assert run(caller, file).startswith("1 outcome stored.")
    record = fold(map(parse_fact, aws.facts(FILM)))
    assert record is not None
    # Without the session's name, which may be an e-mail address.
    assert [each.by for each in record.outcomes] == ["AROA2EXAMPLE"]
    [call] = caller.calls
    assert (call["FunctionName"], call["InvocationType"]) == ("dev-rebuild", "Event")
    assert json.loads(call["Payload"]) == {"site": "siteNorth", "missing_only": True}


def test_a_film_of_another_site_is_an_error_with_words(aws: Aws, file: Path) -> None:
    index = keys.index("siteSouth", "2026-11-28T16:00:00.000Z", "a" * 26)
    aws.s3.put_object(Bucket="facts", Key=index)
    caller = account(aws)
    with pytest.raises(DeployError, match=f"line 2: film {FILM} is not of siteSouth"):
        run(caller, file, site="siteSouth")
    assert (caller.calls, aws.fact_kinds(FILM)[-1]) == ([], "screened")


def test_a_stage_of_an_earlier_release_is_named(aws: Aws, file: Path) -> None:
    with pytest.raises(DeployError, match="make deploy STAGE=dev"):
        run(account(aws, stack_outputs={"FactsBucket": "facts"}), file)
