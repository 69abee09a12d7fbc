"""`/v1` needs a doctor's token and calls the API; all other paths call the page."""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from aws_cdk import App, Environment, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_lambda as lambda_

from bundles import function_definitions
from cdk import gateway_responses
from cdk.api import Api
from cdk.api_address import RestApi
from cdk.audit_logs import AuditLogs
from cdk.config import DEV
from cdk.keys import Keys
from contracts.api import Problem
from contracts.gateway_errors import GatewayError
from contracts.response_headers import DATA_HEADERS
from tests.synthesis import DOMAIN, Template


@pytest.fixture
def synthesise_api(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Template]:
    """Synthesises the API without the rest, with this text for failed functions."""

    def synthesise_with(detail: str) -> Template:
        kind = apigateway.ResponseType.DEFAULT_5_XX
        error = GatewayError(status=HTTPStatus.BAD_GATEWAY, detail=detail)
        monkeypatch.setattr(gateway_responses, "RESPONSES", {kind: error})
        app = App()
        stack = Stack(app, "Stack", env=Environment(region=DEV.region))
        key = Keys(stack, "Keys", stage=DEV).operations
        function = lambda_.Function.from_function_name(stack, "Function", "function")
        Api(
            stack,
            "FrontDoor",
            rest_api=RestApi(stack, "Bare", stage=DEV),
            api=function,
            page=function,
            users=cognito.UserPool(stack, "Users"),
            access_log=AuditLogs(stack, "Audit", key=key, stage=DEV).api_access,
            key=key,
            stage=DEV,
        )
        return Template({"Stack": app.synth().get_stack_by_name("Stack").template})

    return synthesise_with


def _deployment(template: Template) -> str:
    [name] = template.of_type("AWS::ApiGateway::Deployment")
    return name


def _methods(template: Template) -> dict[str, dict[str, Any]]:
    """The methods by their paths."""
    resources = template.of_type("AWS::ApiGateway::Resource")

    def path(reference: dict[str, str]) -> str:
        if "Ref" not in reference:
            return ""
        resource = resources[reference["Ref"]]
        return f"{path(resource['ParentId'])}/{resource['PathPart']}"

    methods = template.of_type("AWS::ApiGateway::Method").values()
    return {path(method["ResourceId"]) or "/": method for method in methods}


def test_v1_asks_for_a_token_of_the_user_pool(template: Template) -> None:
    method = _methods(template)["/v1/{proxy+}"]
    [pool] = template.of_type("AWS::Cognito::UserPool")
    [(authorizer, properties)] = template.of_type("AWS::ApiGateway::Authorizer").items()
    assert method["AuthorizationType"] == "COGNITO_USER_POOLS"
    assert method["AuthorizerId"] == {"Ref": authorizer}
    assert properties["ProviderARNs"] == [{"Fn::GetAtt": [pool, "Arn"]}]


def test_v1_asks_for_no_scope_so_that_the_token_is_an_id_token(template: Template) -> None:
    assert "AuthorizationScopes" not in _methods(template)["/v1/{proxy+}"]


def test_v1_is_the_api_and_everything_else_the_page(template: Template) -> None:
    handlers = {path: _handler(template, method) for path, method in _methods(template).items()}
    page = function_definitions.UI_FUNCTION.handler
    api = function_definitions.API_FUNCTION.handler
    assert handlers == {"/": page, "/{proxy+}": page, "/v1/{proxy+}": api}


def test_the_stage_is_traced_and_throttled(template: Template) -> None:
    stage = template.only("AWS::ApiGateway::Stage")
    [settings] = stage["MethodSettings"]
    assert stage["StageName"] == "dev"
    assert stage["TracingEnabled"] is True
    assert settings["ThrottlingRateLimit"] > 0
    assert template.only("AWS::ApiGateway::RestApi")["EndpointConfiguration"] == {
        "Types": ["REGIONAL"]
    }


def test_answers_of_a_kilobyte_and_more_are_compressed(template: Template) -> None:
    assert template.only("AWS::ApiGateway::RestApi")["MinimumCompressionSize"] == 1024


def test_only_tls_1_2_and_later_is_spoken(template: Template) -> None:
    api = template.only("AWS::ApiGateway::RestApi")
    assert api["SecurityPolicy"] == "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09"
    assert api["EndpointAccessMode"] == "BASIC"


def test_each_request_is_a_line_without_query_or_body(template: Template) -> None:
    stage = template.only("AWS::ApiGateway::Stage")
    line = json.loads(stage["AccessLogSetting"]["Format"])
    assert {"address", "method", "path", "status"} <= line.keys()
    assert not [value for value in line.values() if "query" in value.lower() or "body" in value]


def test_why_a_request_could_not_be_answered_is_logged_and_never_the_request(
    template: Template,
) -> None:
    stage = template.only("AWS::ApiGateway::Stage")
    [settings] = stage["MethodSettings"]
    names = [
        str(each.get("LogGroupName")) for each in template.of_type("AWS::Logs::LogGroup").values()
    ]
    assert settings["LoggingLevel"] == "ERROR"
    assert settings["DataTraceEnabled"] is False
    assert [name for name in names if "API-Gateway-Execution-Logs_" in name and "/dev" in name]


def test_api_gateway_may_write_logs_before_it_is_told_to(template: Template) -> None:
    account = template.only("AWS::ApiGateway::Account")
    [(name, _)] = [
        (key, role)
        for key, role in template.of_type("AWS::IAM::Role").items()
        if "apigateway.amazonaws.com" in json.dumps(role["AssumeRolePolicyDocument"])
    ]
    assert account["CloudWatchRoleArn"] == {"Fn::GetAtt": [name, "Arn"]}


def test_a_changed_answer_is_deployed(synthesise_api: Callable[[str], Template]) -> None:
    first, changed = (
        _deployment(synthesise_api(text)) for text in ("Try again.", "Try once more.")
    )
    assert first != changed


def test_the_same_door_is_the_same_deployment(synthesise_api: Callable[[str], Template]) -> None:
    assert _deployment(synthesise_api("Try again.")) == _deployment(synthesise_api("Try again."))


def test_a_domain_is_the_only_address(domain_template: Template) -> None:
    api = domain_template.only("AWS::ApiGateway::RestApi")
    name = domain_template.only("AWS::ApiGateway::DomainName")
    mapping = domain_template.only("AWS::ApiGateway::BasePathMapping")
    clients = domain_template.of_type("AWS::Cognito::UserPoolClient")
    [client] = [client for key, client in clients.items() if key.startswith("LoginUsersPage")]
    assert api["DisableExecuteApiEndpoint"] is True
    assert name["DomainName"] == DOMAIN
    assert name["SecurityPolicy"] == "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09"
    assert mapping["Stage"] == {
        "Ref": next(iter(domain_template.of_type("AWS::ApiGateway::Stage")))
    }
    assert client["CallbackURLs"] == [f"https://{DOMAIN}/login/callback"]


def test_the_images_bucket_hears_the_domain(domain_template: Template) -> None:
    rules = [
        bucket["CorsConfiguration"]["CorsRules"]
        for bucket in domain_template.of_type("AWS::S3::Bucket").values()
        if "CorsConfiguration" in bucket
    ]
    assert [[rule["AllowedOrigins"] for rule in each] for each in rules] == [
        [[f"https://{DOMAIN}"]]
    ]


@pytest.mark.parametrize(
    ("kind", "status"), [("UNAUTHORIZED", "401"), ("THROTTLED", "429"), ("DEFAULT_5XX", "502")]
)
def test_the_front_door_refuses_in_problem_details(
    template: Template, kind: str, status: str
) -> None:
    [answer] = [
        each
        for each in template.of_type("AWS::ApiGateway::GatewayResponse").values()
        if each["ResponseType"] == kind
    ]
    [(content_type, body)] = answer["ResponseTemplates"].items()
    problem = Problem(**json.loads(body))
    assert answer["StatusCode"] == status == str(problem.status)
    assert content_type == "application/problem+json"
    assert problem.detail.endswith(".")


def test_each_of_them_has_the_headers_of_the_api(template: Template) -> None:
    expected = {
        f"gatewayresponse.header.{name}": f"'{value}'" for name, value in DATA_HEADERS.items()
    }
    responses = template.of_type("AWS::ApiGateway::GatewayResponse").values()
    assert "DEFAULT_4XX" in {response["ResponseType"] for response in responses}
    for response in responses:
        assert expected.items() <= response["ResponseParameters"].items()


def _handler(template: Template, method: dict[str, Any]) -> str:
    """The handler of the function that the method calls."""
    resources = template.of_type("AWS::Lambda::Function")
    uri = json.dumps(method["Integration"]["Uri"])
    [handler] = {each["Handler"] for key, each in resources.items() if f'"{key}"' in uri}
    return str(handler)
