"""Each function may do what it does, and nothing else: its calls against its policy, both ways."""

from collections.abc import Callable

import pytest

from bundles import functions
from lambdas import clients
from lambdas.screening import handler
from tests.iam import implied, journeys
from tests.iam.policy import Right, rights
from tests.iam.recorder import Asked, Recorder
from tests.lambdas.calls import Api, Aws
from tests.synthesis import Template

Journey = Callable[[str], set[Asked]]
HANDLERS = {function.name: function.handler for function in functions.FUNCTIONS}


@pytest.fixture
def journey(
    recorder: Recorder,
    aws: Aws,
    api: Api,
    moto_url: str,
    prod: Template,
    monkeypatch: pytest.MonkeyPatch,
) -> Journey:
    """Lets a function work through its day; returns what it asked for."""

    def work(function: str) -> set[Asked]:
        if function == "api":
            journeys.of_api(recorder, aws, api)
        elif function == "screening":
            _with_endpoint(moto_url, prod, monkeypatch)
            journeys.of_screening(recorder, aws, api)
        elif function == "rebuild":
            journeys.of_rebuild(recorder, aws, api)
        elif function == "release":
            journeys.of_release(recorder, aws, prod, journeys.answers(moto_url))
        else:
            journeys.of_ui(recorder, moto_url, monkeypatch)
        return recorder.asked[function]

    return work


def _with_endpoint(moto_url: str, prod: Template, monkeypatch: pytest.MonkeyPatch) -> None:
    """moto's answers to every call with words, so the CPU model answers after it."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME", moto_url)
    monkeypatch.setenv("ENDPOINT_NAME", prod.only("AWS::SageMaker::Endpoint")["EndpointName"])
    clients.sagemaker.cache_clear()
    handler._screener.cache_clear()


@pytest.mark.parametrize("function", HANDLERS)
def test_a_function_may_do_all_that_it_does_and_nothing_else(
    journey: Journey, prod: Template, function: str
) -> None:
    asked, policy = journey(function), rights(prod, HANDLERS[function])
    assert asked
    assert refused(asked, policy) == []
    assert list(implied.missing(function, policy)) == []
    assert unused(function, asked, policy) == []


def test_without_an_endpoint_no_function_may_call_one(template: Template) -> None:
    policies = [rights(template, handler) for handler in HANDLERS.values()]
    assert not [right for policy in policies for right in policy if "sagemaker" in right.action]


@pytest.mark.parametrize("function", HANDLERS)
def test_beside_the_endpoint_both_stages_allow_the_same(
    template: Template, prod: Template, function: str
) -> None:
    dev, other = (
        {right.action for right in rights(each, HANDLERS[function])} for each in (template, prod)
    )
    assert other - dev <= {"sagemaker:InvokeEndpoint"}
    assert dev <= other


@pytest.mark.parametrize("function", HANDLERS)
def test_the_proof_misses_each_right_that_is_taken_away(
    journey: Journey, prod: Template, function: str
) -> None:
    asked, policy = journey(function), rights(prod, HANDLERS[function])
    for right in policy:
        left = policy - {right}
        assert refused(asked, left) or list(implied.missing(function, left)), right


@pytest.mark.parametrize("function", HANDLERS)
def test_the_proof_sees_a_right_that_nobody_needs(
    journey: Journey, prod: Template, function: str
) -> None:
    asked, policy = journey(function), rights(prod, HANDLERS[function])
    more = Right(action="s3:DeleteObject", pattern="arn:aws:s3:::facts/*")
    assert unused(function, asked, {*policy, more}) == [more]


def refused(asked: set[Asked], policy: set[Right]) -> list[Asked]:
    return [each for each in asked if not any(right.covers(each) for right in policy)]


def unused(function: str, asked: set[Asked], policy: set[Right]) -> list[Right]:
    return [
        right
        for right in policy
        if not any(right.covers(each) for each in asked) and not implied.is_implied(function, right)
    ]
