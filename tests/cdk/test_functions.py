"""The functions have the settings of `bundles.function_definitions`, as on one machine."""

import json
from typing import Any

import pytest

from bundles import function_definitions
from bundles.function_definitions import Function
from bundles.staging import LAMBDA_PYTHON
from tests.synthesis import Template


def _deployed(template: Template, function: Function) -> dict[str, Any]:
    """The function's properties in the template."""
    [properties] = [
        properties
        for properties in template.of_type("AWS::Lambda::Function").values()
        if properties["Handler"] == function.handler
    ]
    return properties


def test_there_is_no_other_function(template: Template) -> None:
    handlers = {each["Handler"] for each in template.of_type("AWS::Lambda::Function").values()}
    assert handlers == {function.handler for function in function_definitions.FUNCTIONS}


@pytest.mark.parametrize(
    "function", function_definitions.FUNCTIONS, ids=lambda function: function.name
)
def test_a_function_runs_as_its_bundle_says(template: Template, function: Function) -> None:
    deployed = _deployed(template, function)
    assert deployed["Runtime"] == f"python{LAMBDA_PYTHON}"
    assert deployed["Architectures"] == ["x86_64"]
    assert deployed["MemorySize"] == function.memory_megabytes
    assert deployed["Timeout"] == function.timeout_seconds
    assert deployed["TracingConfig"] == {"Mode": "Active"}


@pytest.mark.parametrize(
    "function", function_definitions.FUNCTIONS, ids=lambda function: function.name
)
def test_a_function_is_told_what_its_bundle_names(template: Template, function: Function) -> None:
    fields = function_definitions.Resources.__dataclass_fields__
    expected = function.environment_variables(
        function_definitions.Resources(**dict.fromkeys(fields, ""))
    )
    variables = _deployed(template, function)["Environment"]["Variables"]
    assert variables.keys() == expected.keys()
    assert variables["POWERTOOLS_SERVICE_NAME"] == function.name


def test_variables_with_one_source_agree(template: Template) -> None:
    values_by_source: dict[str, list[Any]] = {}
    for function in function_definitions.FUNCTIONS:
        variables = _deployed(template, function)["Environment"]["Variables"]
        for name, source in function.environment.items():
            values_by_source.setdefault(source, []).append(variables[name])
    for values in values_by_source.values():
        assert all(value == values[0] for value in values)


def test_secrets_are_passed_by_their_arns(template: Template) -> None:
    secrets = [{"Ref": secret} for secret in template.of_type("AWS::SecretsManager::Secret")]
    page = _deployed(template, function_definitions.UI_FUNCTION)["Environment"]["Variables"]
    api = _deployed(template, function_definitions.API_FUNCTION)["Environment"]["Variables"]
    assert page["SESSION_SECRET_ARN"] in secrets
    assert api["REDIS_SECRET_ARN"] in secrets
    assert page["SESSION_SECRET_ARN"] != api["REDIS_SECRET_ARN"]


def test_no_secret_is_in_an_environment(template: Template) -> None:
    for properties in template.of_type("AWS::Lambda::Function").values():
        assert "resolve:" not in json.dumps(properties["Environment"])


def test_each_function_logs_where_logs_end(template: Template) -> None:
    groups = template.of_type("AWS::Logs::LogGroup")
    for properties in template.of_type("AWS::Lambda::Function").values():
        group = groups[properties["LoggingConfig"]["LogGroup"]["Ref"]]
        assert group["RetentionInDays"] == 30


def test_functions_that_hold_data_are_in_the_network_and_no_others(
    template: Template,
) -> None:
    inside = {
        each["Handler"]
        for each in template.of_type("AWS::Lambda::Function").values()
        if "VpcConfig" in each
    }
    outside = [
        function_definitions.ACCOUNTS_FUNCTION,
        function_definitions.UI_FUNCTION,
        *function_definitions.CANARY_FUNCTIONS,
    ]
    assert inside == {
        each.handler for each in function_definitions.FUNCTIONS if each not in outside
    }


def test_a_function_has_one_policy_from_the_start(template: Template) -> None:
    policies = template.of_type("AWS::IAM::ManagedPolicy")
    for properties in template.of_type("AWS::Lambda::Function").values():
        role = template.of_type("AWS::IAM::Role")[properties["Role"]["Fn::GetAtt"][0]]
        [policy] = role["ManagedPolicyArns"]
        assert policy["Ref"] in policies
        assert "Policies" not in role


def test_a_refill_that_was_given_up_is_kept(template: Template) -> None:
    rebuild = _deployed(template, function_definitions.REFILL_CACHE_FUNCTION)
    [rule] = [
        rule
        for rule in template.of_type("AWS::Events::Rule").values()
        if rule["Description"] == "Refills Redis with the records of siteMain"
    ]
    [target] = rule["Targets"]
    assert json.loads(target["Input"]) == {"site": "siteMain", "missing_only": True}
    [queue] = rebuild["DeadLetterConfig"]["TargetArn"]["Fn::GetAtt"][:1]
    assert target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0] == queue
    assert rule["ScheduleExpression"] == "cron(10 4 * * ? *)"


def test_the_canary_starts_every_five_minutes_and_no_start_is_repeated(template: Template) -> None:
    canary = _deployed(template, function_definitions.CANARY_FUNCTION)
    [key] = [
        key for key, each in template.of_type("AWS::Lambda::Function").items() if each is canary
    ]
    [rule] = [
        rule
        for rule in template.of_type("AWS::Events::Rule").values()
        if rule["Targets"][0]["Arn"] == {"Fn::GetAtt": [key, "Arn"]}
    ]
    assert rule["ScheduleExpression"] == "rate(5 minutes)"
    retries = {"MaximumEventAgeInSeconds": 300, "MaximumRetryAttempts": 0}
    assert rule["Targets"][0]["RetryPolicy"] == retries
