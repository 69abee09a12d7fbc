"""The API asks for a doctor's token; everything else is the page, which asks for a login."""

import json

import pytest

from cdk import bundles
from contracts.api import Problem


def _methods(template):
    resources = template.of_type("AWS::ApiGateway::Resource")

    def path(reference):
        if "Ref" not in reference:
            return ""
        resource = resources[reference["Ref"]]
        return f"{path(resource['ParentId'])}/{resource['PathPart']}"

    methods = template.of_type("AWS::ApiGateway::Method").values()
    return {path(method["ResourceId"]) or "/": method for method in methods}


def test_v1_asks_for_a_token_of_the_user_pool(template):
    method = _methods(template)["/v1/{proxy+}"]
    [pool] = template.of_type("AWS::Cognito::UserPool")
    [(authorizer, properties)] = template.of_type("AWS::ApiGateway::Authorizer").items()
    assert method["AuthorizationType"] == "COGNITO_USER_POOLS"
    assert method["AuthorizerId"] == {"Ref": authorizer}
    assert properties["ProviderARNs"] == [{"Fn::GetAtt": [pool, "Arn"]}]


def test_v1_asks_for_no_scope_so_that_the_token_is_an_id_token(template):
    assert "AuthorizationScopes" not in _methods(template)["/v1/{proxy+}"]


def test_v1_is_the_api_and_everything_else_the_page(template):
    serving = {path: _function_of(template, method) for path, method in _methods(template).items()}
    page = bundles.UI_FUNCTION.handler
    api = bundles.API_FUNCTION.handler
    assert serving == {"/": page, "/{proxy+}": page, "/v1/{proxy+}": api}


def test_the_stage_is_traced_and_throttled(template):
    stage = template.only("AWS::ApiGateway::Stage")
    [settings] = stage["MethodSettings"]
    assert stage["StageName"] == "dev"
    assert stage["TracingEnabled"] is True
    assert settings["ThrottlingRateLimit"] > 0
    assert template.only("AWS::ApiGateway::RestApi")["EndpointConfiguration"] == {
        "Types": ["REGIONAL"]
    }


@pytest.mark.parametrize(
    ("kind", "status"), [("UNAUTHORIZED", "401"), ("THROTTLED", "429"), ("DEFAULT_5XX", "502")]
)
def test_the_front_door_refuses_in_problem_details(template, kind, status):
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


def _function_of(template, method):
    functions = template.of_type("AWS::Lambda::Function")
    uri = json.dumps(method["Integration"]["Uri"])
    [handler] = {each["Handler"] for key, each in functions.items() if f'"{key}"' in uri}
    return handler
