"""The functions are what `cdk.bundles` says they are, here as on one machine."""

import json

import pytest

from cdk import bundles


def _deployed(template, function):
    [properties] = [
        properties
        for properties in template.of_type("AWS::Lambda::Function").values()
        if properties["Handler"] == function.handler
    ]
    return properties


def test_there_is_no_other_function(template):
    handlers = {each["Handler"] for each in template.of_type("AWS::Lambda::Function").values()}
    assert handlers == {function.handler for function in bundles.FUNCTIONS}


@pytest.mark.parametrize("function", bundles.FUNCTIONS, ids=lambda function: function.name)
def test_a_function_runs_as_its_bundle_says(template, function):
    deployed = _deployed(template, function)
    assert deployed["Runtime"] == f"python{bundles.LAMBDA_PYTHON}"
    assert deployed["Architectures"] == ["x86_64"]
    assert deployed["MemorySize"] == function.memory_megabytes
    assert deployed["Timeout"] == function.timeout_seconds
    assert deployed["TracingConfig"] == {"Mode": "Active"}


@pytest.mark.parametrize("function", bundles.FUNCTIONS, ids=lambda function: function.name)
def test_a_function_is_told_what_its_bundle_names(template, function):
    fields = bundles.Resources.__dataclass_fields__
    expected = function.variables(bundles.Resources(**dict.fromkeys(fields, "")))
    variables = _deployed(template, function)["Environment"]["Variables"]
    assert variables.keys() == expected.keys()
    assert variables["POWERTOOLS_SERVICE_NAME"] == function.name


def test_variables_with_one_source_agree(template):
    told = {}
    for function in bundles.FUNCTIONS:
        variables = _deployed(template, function)["Environment"]["Variables"]
        for name, source in function.environment.items():
            told.setdefault(source, []).append(variables[name])
    for values in told.values():
        assert all(value == values[0] for value in values)


def test_no_secret_is_in_an_environment(template):
    page = _deployed(template, bundles.UI_FUNCTION)["Environment"]["Variables"]
    [secret] = template.of_type("AWS::SecretsManager::Secret")
    assert page["SESSION_SECRET_ARN"] == {"Ref": secret}
    assert "resolve:secretsmanager" not in json.dumps(template.resources)


def test_each_function_logs_where_logs_end(template):
    groups = template.of_type("AWS::Logs::LogGroup")
    for properties in template.of_type("AWS::Lambda::Function").values():
        group = groups[properties["LoggingConfig"]["LogGroup"]["Ref"]]
        assert group["RetentionInDays"] == 30


def test_functions_that_hold_data_are_in_the_network_and_the_page_is_not(template):
    inside = {
        each["Handler"]
        for each in template.of_type("AWS::Lambda::Function").values()
        if "VpcConfig" in each
    }
    assert inside == {each.handler for each in bundles.FUNCTIONS if each.bundle != bundles.UI}


def test_the_page_may_read_its_secret_and_nothing_else(template):
    role = _deployed(template, bundles.UI_FUNCTION)["Role"]["Fn::GetAtt"][0]
    actions = {
        statement["Action"] if isinstance(statement["Action"], str) else "traces"
        for policy in template.of_type("AWS::IAM::Policy").values()
        if policy["Roles"] == [{"Ref": role}]
        for statement in policy["PolicyDocument"]["Statement"]
    }
    assert actions == {"secretsmanager:GetSecretValue", "traces"}
