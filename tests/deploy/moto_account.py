"""Serves an AWS account by moto: `moto_account.py PORT FILE`.

For resource types that moto lacks it creates placeholders, so that other resources can refer to
them, and appends each type to FILE. Functions run in this process, because moto runs them in Docker
only.
"""

import json
import os
import sys
from collections.abc import Callable
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

from local.aws.module_list import patch_module_list


@dataclass(frozen=True, kw_only=True)
class Context:
    """The attributes of Lambda's context object that our functions read."""

    function_name: str
    memory_limit_in_mb: int
    invoked_function_arn: str
    aws_request_id: str = "request"


class Placeholder:
    """A resource that has a name and every attribute, and does nothing."""

    def __init__(self, name: str) -> None:
        # An ARN, because policies accept nothing else.
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
        cls, resource_name: str, *_: Any, **__: Any
    ) -> "Placeholder":
        return cls(resource_name)

    @classmethod
    def delete_from_cloudformation_json(cls, *_: Any) -> None:
        pass


def create_placeholders(skipped_types: Path) -> None:
    find_class = parsing.resource_class_from_type

    def find_class_or_placeholder(resource_type: str) -> Any:
        resource_class = find_class(resource_type)
        if resource_class is None:
            with skipped_types.open("a") as file:
                file.write(f"{resource_type}\n")
        return resource_class or Placeholder

    parsing.resource_class_from_type = find_class_or_placeholder


def read_tags_of_keys() -> None:
    """moto 5.2.5 passes a template's Key and Value to KMS, which calls them TagKey and TagValue."""

    def convert(tags: Any) -> Any:
        return [{"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in tags or []]

    _convert_tags(Key, convert)


def read_tags_of_parameters() -> None:
    """A template has a parameter's tags as one object; moto 5.2.5 expects a list."""

    def convert(tags: Any) -> Any:
        return [{"Key": key, "Value": value} for key, value in (tags or {}).items()]

    _convert_tags(Parameter, convert)


def _convert_tags(resource_class: Any, convert: Callable[[Any], Any]) -> None:
    create = resource_class.create_from_cloudformation_json.__func__

    def create_with_tags(
        cls: type, name: str, template: dict[str, Any], *arguments: Any, **options: Any
    ) -> Any:
        properties = dict(template["Properties"])
        properties["Tags"] = convert(properties.get("Tags"))
        return create(cls, name, {**template, "Properties": properties}, *arguments, **options)

    resource_class.create_from_cloudformation_json = classmethod(create_with_tags)


def detach_policies_first() -> None:
    """CloudFormation detaches a stack's policies before it deletes a role; moto 5.2.5 does not."""
    backend: Any = IAMBackend
    delete_role = backend.delete_role

    def detach_and_delete(self: IAMBackend, role_name: str) -> None:
        role = self.get_role(role_name)
        for policy in list(role.managed_policies.values()):
            policy.detach_from(role)
        delete_role(self, role_name)

    backend.delete_role = detach_and_delete


def delete_route_tables_first() -> None:
    """moto 5.2.5 deletes no route table with its stack, and then cannot delete the network."""
    backend: Any = EC2Backend
    delete_vpc = backend.delete_vpc

    def delete_tables_and_vpc(self: EC2Backend, vpc_id: str) -> Any:
        for table in self.describe_route_tables(filters={"vpc-id": vpc_id}):
            if table.main_association_id is None:
                self.route_tables.pop(table.id)
        return delete_vpc(self, vpc_id)

    backend.delete_vpc = delete_tables_and_vpc


def clear_outputs_of_deleted_stacks() -> None:
    """moto 5.2.5 creates the resources of outputs again when a deleted stack is described."""
    stack: Any = Stack
    delete = stack.delete

    def delete_and_clear(self: Stack) -> None:
        delete(self)
        self.output_map = OutputMap(self.resource_map, {"Outputs": {}}, self.stack_id)

    stack.delete = delete_and_clear


def run_functions_here(url: str) -> None:
    """Calls the handler that the template names, with the environment that it states."""
    os.environ.update(AWS_ENDPOINT_URL=url, S3_ADDRESSING="path")
    os.environ.update(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")

    def invoke(self: LambdaFunction, body: str, *headers: Any) -> str:
        os.environ.update(self.environment_vars)
        event = json.loads(body)
        # moto's URL has the machine's name as its containers would see it.
        path = event["ResponseURL"].partition("/cloudformation_")[2]
        module, _, name = str(self.handler).rpartition(".")
        handler = getattr(__import__(module, fromlist=[name]), name)
        context = Context(
            function_name=self.function_name,
            memory_limit_in_mb=self.memory_size,
            invoked_function_arn=self.function_arn,
        )
        handler({**event, "ResponseURL": f"{url}/cloudformation_{path}"}, context)
        return ""

    function_class: Any = LambdaFunction
    function_class.invoke = invoke


if __name__ == "__main__":
    port, out = sys.argv[1:]
    patch_module_list()
    create_placeholders(Path(out))
    read_tags_of_keys()
    read_tags_of_parameters()
    detach_policies_first()
    delete_route_tables_first()
    clear_outputs_of_deleted_stacks()
    run_functions_here(f"http://localhost:{port}")
    main(["--port", port])
