"""CDK's context with settings of a test."""

from constructs import Node, RootConstruct

CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/0f1e2d3c"
PROD_SETTINGS = {"facts_retention_days": 2190, "alarm_email": "none"}
PROD = {"stage": "prod", **PROD_SETTINGS}
SITES = {"siteMain": {"prevalence": 0.2}}


def context_node(**context: object) -> Node:
    node = RootConstruct().node
    for key, value in {"sites": SITES, **context}.items():
        node.set_context(key, value)
    return node
