"""The cloud as CDK constructs, one per file; `data_stack` and `service_stack` connect them.

May import `bundles`, `contracts`, `cloudwatch` and aws_cdk; other units by path only.
"""
