"""Copies the bundled model into the models bucket during a deploy."""

from aws_cdk import CfnResource, CustomResource, Duration
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_assets as assets
from constructs import Construct

from bundles.model_files import read_bundled_model
from cdk.bundled_function import BundledFunction

# The function's two minutes, and Lambda's second call after a crash.
_TIMEOUT = Duration.minutes(10)


class ModelRelease(Construct):
    """`current_version` is the version that the pointer names after the deploy, `model_data_url`
    its archive for the endpoint, and `summary` a sentence for the person who deploys.

    CloudFormation reads the pointer again only when a property of this resource changes. So every
    property of the endpoint must be tracked here (`track`): otherwise CloudFormation would create
    the endpoint from the version that it remembers, and undo a promotion.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, function: BundledFunction, models: s3.IBucket
    ) -> None:
        super().__init__(scope, construct_id)
        model = read_bundled_model()
        files = {
            path: assets.Asset(self, path, path=str(source)) for path, source in model.files.items()
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
            service_timeout=_TIMEOUT,
            properties={
                "ModelVersion": model.version,
                "ModelsBucket": models.bucket_name,
                "AssetsBucket": bucket.bucket_name,
                "Files": {path: asset.s3_object_key for path, asset in files.items()},
            },
        )
        # The function's rights must exist as long as this resource.
        self._resource.node.add_dependency(function)
        self.current_version = self._resource.get_att_string("CurrentVersion")
        self.model_data_url = self._resource.get_att_string("ModelDataUrl")
        self.summary = self._resource.get_att_string("Says")

    def track(self, part: str, properties: object) -> None:
        """Reads the pointer again whenever these properties of a part of the endpoint change."""
        resource = self._resource.node.default_child
        assert isinstance(resource, CfnResource)
        resource.add_property_override(f"Endpoint.{part}", properties)
