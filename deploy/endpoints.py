"""Finds endpoints of a stage that neither a stack nor a schedule will delete."""

from collections.abc import Iterator

from deploy.account import Account
from deploy.notice import Notice
from deploy.templates import Synthesis


def check_other_endpoints(account: Account, synthesis: Synthesis) -> Iterator[str]:
    """A notice for each endpoint that is paid for and is not the one of this deploy.

    A schedule that is removed, or gets another instance type, leaves its endpoint. CloudFormation
    removes the one that its stack has held before.
    """
    prefix, stack = f"chest-xray-{synthesis.stage}-", f"chest-xray-{synthesis.stage}"
    pages = (
        account.client("sagemaker").get_paginator("list_endpoints").paginate(NameContains=prefix)
    )
    names = {each["EndpointName"] for page in pages for each in page["Endpoints"]}
    own = {
        function["Environment"]["Variables"].get("ENDPOINT_NAME")
        for function in synthesis.properties("AWS::Lambda::Function")
        if "Environment" in function
    }
    if names - own and account.stack(stack) is not None:
        own |= {
            resource["PhysicalResourceId"].rpartition("/")[2]
            for resource in account.resources(stack)
            if resource["ResourceType"] == "AWS::SageMaker::Endpoint"
        }
    for name in sorted(names - own):
        if name.startswith(prefix):
            yield Notice(
                f"The endpoint {name} is paid for, and neither a stack nor a schedule of this "
                f"deploy deletes it: aws sagemaker delete-endpoint --endpoint-name {name}"
            )
