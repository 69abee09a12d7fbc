"""The model registry: each trained version with its data, and who approved it."""

from aws_cdk.aws_sagemaker import CfnModelPackageGroup
from constructs import Construct

from cdk.config import Stage


class ModelRegistry(Construct):
    """`name` is fixed, because packages are found by it."""

    def __init__(self, scope: Construct, construct_id: str, *, stage: Stage) -> None:
        super().__init__(scope, construct_id)
        self.name = f"chest-xray-{stage.name}"
        group = CfnModelPackageGroup(
            self,
            "Packages",
            model_package_group_name=self.name,
            model_package_group_description=f"Chest X-ray screening, {stage.name}: trained models",
        )
        group.apply_removal_policy(stage.removal_policy)
