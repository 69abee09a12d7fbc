"""Compares each function's calls with its policy, both ways: nothing is refused or unused."""

import json
from collections.abc import Callable

import pytest

from bundles import function_definitions
from contracts.serialisation import serialise
from contracts.sites import SiteSettings, add_canary
from lambdas import clients
from lambdas.screening import handler
from tests.iam import canary_journeys, implied_rights, journeys
from tests.iam.policy import Right, read_rights
from tests.iam.recorder import Access, Recorder
from tests.lambdas.calls import Api, Aws
from tests.synthesis import Template

Journey = Callable[[str], set[Access]]
HANDLERS = {function.name: function.handler for function in function_definitions.FUNCTIONS}


@pytest.fixture(scope="module")
def accesses_by_function() -> dict[str, set[Access]]:
    """The accesses of each function that has run: one journey is enough for all tests."""
    return {}


@pytest.fixture
def run_journey(
    accesses_by_function: dict[str, set[Access]],
    recorder: Recorder,
    aws: Aws,
    api: Api,
    moto_url: str,
    prod: Template,
    monkeypatch: pytest.MonkeyPatch,
) -> Journey:
    """Runs a function through its cases, the first time; returns its accesses."""

    def run(function: str) -> set[Access]:
        if function in accesses_by_function:
            return accesses_by_function[function]
        sites = add_canary({"siteNorth": SiteSettings(prevalence=0.1)})
        monkeypatch.setenv("SITES", json.dumps(serialise(sites)))
        journeys.lock_facts(aws, monkeypatch)
        if function == "api":
            journeys.run_api(recorder, aws, api)
        elif function == "screening":
            _use_endpoint(moto_url, prod, monkeypatch)
            journeys.run_screening_function(recorder, aws, api)
        elif function == "rebuild":
            journeys.run_refill(recorder, aws, api)
        elif function == "drift":
            journeys.run_drift(recorder, aws, api, monkeypatch)
        elif function == "delete":
            journeys.run_deletion(recorder, aws, api, monkeypatch)
        elif function == "accounts":
            journeys.run_accounts(recorder, monkeypatch)
        elif function == "release":
            journeys.run_release(recorder, aws, prod, journeys.create_response_url(moto_url))
        elif function == "registration":
            canary_journeys.run_registration(recorder, monkeypatch)
        elif function == "canary":
            canary_journeys.run_function(recorder, monkeypatch)
        else:
            journeys.run_ui(recorder, moto_url, monkeypatch)
        accesses_by_function[function] = recorder.accesses[function]
        return accesses_by_function[function]

    return run


def _use_endpoint(moto_url: str, prod: Template, monkeypatch: pytest.MonkeyPatch) -> None:
    """moto answers each call with a text, after which the CPU model predicts."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME", moto_url)
    monkeypatch.setenv("ENDPOINT_NAME", prod.only("AWS::SageMaker::Endpoint")["EndpointName"])
    clients.sagemaker.cache_clear()
    handler.pipeline.cache_clear()


@pytest.mark.parametrize("function", HANDLERS)
def test_a_function_may_do_all_that_it_does_and_nothing_else(
    run_journey: Journey, prod: Template, function: str
) -> None:
    accesses, policy = run_journey(function), read_rights(prod, HANDLERS[function])
    assert accesses
    assert find_refused(accesses, policy) == []
    assert list(implied_rights.find_missing(function, policy)) == []
    assert find_unused(function, accesses, policy) == []


def test_without_an_endpoint_no_function_may_call_one(template: Template) -> None:
    policies = [read_rights(template, handler) for handler in HANDLERS.values()]
    assert not [right for policy in policies for right in policy if "sagemaker" in right.action]


@pytest.mark.parametrize("function", HANDLERS)
def test_beside_the_endpoint_both_stages_allow_the_same(
    template: Template, prod: Template, function: str
) -> None:
    dev, other = (
        {right.action for right in read_rights(each, HANDLERS[function])}
        for each in (template, prod)
    )
    assert other - dev <= {"sagemaker:InvokeEndpoint"}
    assert dev <= other


@pytest.mark.parametrize("function", HANDLERS)
def test_the_proof_misses_each_right_that_is_taken_away(
    run_journey: Journey, prod: Template, function: str
) -> None:
    accesses, policy = run_journey(function), read_rights(prod, HANDLERS[function])
    for right in policy:
        left = policy - {right}
        missing = list(implied_rights.find_missing(function, left))
        assert find_refused(accesses, left) or missing, right


@pytest.mark.parametrize("function", HANDLERS)
def test_the_proof_sees_a_right_that_nobody_needs(
    run_journey: Journey, prod: Template, function: str
) -> None:
    accesses, policy = run_journey(function), read_rights(prod, HANDLERS[function])
    more = Right(action="s3:DeleteObject", pattern="arn:aws:s3:::facts/*")
    assert find_unused(function, accesses, {*policy, more}) == [more]


def find_refused(accesses: set[Access], policy: set[Right]) -> list[Access]:
    return [each for each in accesses if not any(right.covers(each) for right in policy)]


def find_unused(function: str, accesses: set[Access], policy: set[Right]) -> list[Right]:
    return [
        right
        for right in policy
        if not any(right.covers(each) for each in accesses)
        and not implied_rights.is_implied(function, right)
    ]
