"""The bundled model's way into the models bucket, by the deploy alone."""

from aws_cdk import CfnResource, CustomResource, Duration
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_assets as assets
from constructs import Construct

from bundles import model
from cdk.function import BundledFunction

# Room for the function's two minutes, and for Lambda's second call after one that died.
_ANSWER_WITHIN = Duration.minutes(10)


class ModelRelease(Construct):
    """`current_version` is what the pointer names after the deploy, `model_data_url` its archive
    for the endpoint, and `says` the same in words for who deploys.

    The pointer is read again whenever a property of the resource changes. So what the endpoint is
    made of has to be among them (`read_anew_with`): CloudFormation would else make it anew from the
    version that it remembers, and undo a promotion.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, function: BundledFunction, models: s3.IBucket
    ) -> None:
        super().__init__(scope, construct_id)
        bundled = model.bundled()
        files = {
            path: assets.Asset(self, path, path=str(source))
            for path, source in bundled.files.items()
        }
        [bucket, *_] = [asset.bucket for asset in files.values()]
        function.allow(
            "s3:GetObject",
            on=[bucket.arn_for_objects(asset.s3_object_key) for asset in files.values()],
        )
        self._resource = CustomResource(
            self,
            "Release",
            resource_type="Custom::ModelRelease",
            service_token=function.function.function_arn,
            service_timeout=_ANSWER_WITHIN,
            properties={
                "ModelVersion": bundled.version,
                "ModelsBucket": models.bucket_name,
                "AssetsBucket": bucket.bucket_name,
                "Files": {path: asset.s3_object_key for path, asset in files.items()},
            },
        )
        # With its rights: they are needed before, and until the resource is gone.
        self._resource.node.add_dependency(function)
        self.current_version = self._resource.get_att_string("CurrentVersion")
        self.model_data_url = self._resource.get_att_string("ModelDataUrl")
        self.says = self._resource.get_att_string("Says")

    def read_anew_with(self, part: str, made_of: object) -> None:
        """Adds what a part of the endpoint is made of."""
        resource = self._resource.node.default_child
        assert isinstance(resource, CfnResource)
        resource.add_property_override(f"Endpoint.{part}", made_of)
