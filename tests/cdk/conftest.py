"""The fixture `endpoint`: the endpoint of STAGE."""

from dataclasses import replace

import pytest

from cdk.config import PROD
from tests.cdk.endpoint_stack import synthesise_endpoint
from tests.synthesis import Template

STAGE = replace(PROD, endpoint_instances=(2, 4), time_zone="Europe/Berlin")
ALARM = "arn:aws:cloudwatch:us-east-1:111122223333:alarm:endpoint-fails"


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The endpoint of STAGE, which one alarm rolls back."""
    return synthesise_endpoint(STAGE, tmp_path_factory.mktemp("endpoint"), alarm=ALARM)
