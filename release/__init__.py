"""Brings a model to a stage: training job, model registry, promotion, endpoint.

May import `contracts`, `sagemaker_inference`, `storage` and `training`; boto3 and SageMaker's SDK.
The commands are `python -m training.launch`, `training.register` and `training.promote`.
"""
