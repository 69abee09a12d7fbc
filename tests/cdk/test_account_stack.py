"""The role of API Gateway in the account is ours, or stays that of others."""

from dataclasses import replace

import pytest
from aws_cdk import App, assertions

from cdk.account_stack import AccountStack
from cdk.config import DEV


@pytest.mark.parametrize("sets_role", [True, False])
def test_the_role_of_others_is_kept_where_the_setting_says_so(sets_role: bool) -> None:
    stage = replace(DEV, sets_gateway_role=sets_role)
    stack = AccountStack(App(analytics_reporting=False), "account", stage=stage)
    template = assertions.Template.from_stack(stack)
    template.resource_count_is("AWS::ApiGateway::Account", int(sets_role))
    template.resource_count_is("AWS::IAM::Role", 1)
