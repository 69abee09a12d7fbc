"""An AWS account on one machine, as far as moto has one: `cloud.py PORT LIST`.

Where moto makes nothing, a placeholder stands so that others may refer to it, and its type is
written to LIST. Functions run in this process, as moto runs them in Docker only.
"""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from moto.awslambda.models import LambdaFunction
from moto.cloudformation import parsing
from moto.cloudformation.models import Stack
from moto.cloudformation.parsing import OutputMap
from moto.ec2.models import EC2Backend
from moto.iam.models import IAMBackend
from moto.kms.models import Key
from moto.server import main
from moto.ssm.models import Parameter


@dataclass(frozen=True, kw_only=True)
class Context:
    """What Lambda tells a function of its call, as far as ours ask."""

    function_name: str
    memory_limit_in_mb: int
    invoked_function_arn: str
    aws_request_id: str = "request"


class Placeholder:
    """Has a name and any attribute, and is nothing."""

    def __init__(self, name: str) -> None:
        # As policies want it.
        self.physical_resource_id = f"arn:aws:missing:us-east-1:123456789012:{name}"

    @staticmethod
    def cloudformation_name_type() -> str:
        return ""

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        return True

    def is_created(self) -> bool:
        return True

    def get_cfn_attribute(self, attribute_name: str) -> str:
        return f"{self.physical_resource_id}-{attribute_name}"

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, *rest: Any, **more: Any
    ) -> "Placeholder":
        return cls(resource_name)

    @classmethod
    def delete_from_cloudformation_json(cls, *rest: Any) -> None:
        pass


def stand_in_for_what_is_missing(listed: Path) -> None:
    known = parsing.resource_class_from_type

    def found(resource_type: str) -> Any:
        made = known(resource_type)
        if made is None:
            with listed.open("a") as out:
                out.write(f"{resource_type}\n")
        return made or Placeholder

    parsing.resource_class_from_type = found


def read_tags_of_keys() -> None:
    """moto 5.2.5 hands a template's Key and Value on to KMS, which calls them TagKey, TagValue."""
    make = Key.create_from_cloudformation_json.__func__

    def made(cls: type[Key], name: str, template: dict[str, Any], *rest: Any, **more: Any) -> Any:
        properties = dict(template["Properties"])
        properties["Tags"] = [
            {"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in properties.get("Tags", [])
        ]
        return make(cls, name, {**template, "Properties": properties}, *rest, **more)

    Key.create_from_cloudformation_json = classmethod(made)


def read_tags_of_parameters() -> None:
    """A template has a parameter's tags as one object; moto 5.2.5 takes a list."""
    make = Parameter.create_from_cloudformation_json.__func__

    def made(
        cls: type[Parameter], name: str, template: dict[str, Any], *rest: Any, **more: Any
    ) -> Any:
        properties = dict(template["Properties"])
        tags = properties.get("Tags", {})
        properties["Tags"] = [{"Key": key, "Value": value} for key, value in tags.items()]
        return make(cls, name, {**template, "Properties": properties}, *rest, **more)

    Parameter.create_from_cloudformation_json = classmethod(made)


def detach_policies_first() -> None:
    """CloudFormation detaches a policy of its stack before its role goes; moto 5.2.5 does not."""
    delete = IAMBackend.delete_role

    def deleted(self: IAMBackend, role_name: str) -> None:
        role = self.get_role(role_name)
        for policy in list(role.managed_policies.values()):
            policy.detach_from(role)
        delete(self, role_name)

    IAMBackend.delete_role = deleted


def remove_route_tables_first() -> None:
    """moto 5.2.5 removes no route table with its stack, and then keeps the network for it."""
    delete = EC2Backend.delete_vpc

    def deleted(self: EC2Backend, vpc_id: str) -> Any:
        for table in self.describe_route_tables(filters={"vpc-id": vpc_id}):
            if table.main_association_id is None:
                self.route_tables.pop(table.id)
        return delete(self, vpc_id)

    EC2Backend.delete_vpc = deleted


def forget_outputs_of_what_is_gone() -> None:
    """moto 5.2.5 makes what an output names once more when a deleted stack is described."""
    delete = Stack.delete

    def deleted(self: Stack) -> None:
        delete(self)
        self.output_map = OutputMap(self.resource_map, {"Outputs": {}}, self.stack_id)

    Stack.delete = deleted


def run_functions_here(url: str) -> None:
    """The handler that the template names, with the environment that it states."""
    os.environ.update(AWS_ENDPOINT_URL=url, S3_ADDRESSING="path")
    os.environ.update(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")

    def invoke(self: LambdaFunction, body: str, *headers: Any) -> str:
        os.environ.update(self.environment_vars)
        event = json.loads(body)
        # moto names the machine as its containers would see it.
        path = event["ResponseURL"].partition("/cloudformation_")[2]
        module, _, name = self.handler.rpartition(".")
        handler = getattr(__import__(module, fromlist=[name]), name)
        context = Context(
            function_name=self.function_name,
            memory_limit_in_mb=self.memory_size,
            invoked_function_arn=self.function_arn,
        )
        handler({**event, "ResponseURL": f"{url}/cloudformation_{path}"}, context)
        return ""

    LambdaFunction.invoke = invoke


if __name__ == "__main__":
    port, out = sys.argv[1:]
    stand_in_for_what_is_missing(Path(out))
    read_tags_of_keys()
    read_tags_of_parameters()
    detach_policies_first()
    remove_route_tables_first()
    forget_outputs_of_what_is_gone()
    run_functions_here(f"http://localhost:{port}")
    main(["--port", port])
