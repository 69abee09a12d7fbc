"""Goes a doctor's whole way through the running system once: `make canary`, `make smoke`.

`python -m local.cli.canary`, with the data folder in XRAY_LOCAL_DIR.
"""

import argparse
import os
import sys

from canary.journey import Journey
from canary.login import Account, AppClient, log_in
from canary.report import print_step, walk
from local.aws.clients import build_client
from local.aws.cognito import CANARY_ACCOUNT, PASSWORD
from local.errors import LocalError
from local.running_resources import read_resources
from local.settings import from_environment


def main() -> int:
    """Returns 0 where each step succeeded, 1 where one failed, 2 without a running system."""
    _parser().parse_args()
    try:
        resources = read_resources(from_environment(os.environ))
    except LocalError as error:
        print(error, file=sys.stderr)
        return 2
    client = AppClient(
        user_pools=build_client("cognito-idp", resources.login_url),
        pool_id=resources.user_pool_id,
        client_id=resources.client_id,
    )
    # cognito-local asks for no second factor.
    account = Account(email=CANARY_ACCOUNT.email, password=PASSWORD, totp_seed="")
    journey = Journey(
        url=resources.public_url, log_in=lambda: log_in(client, account), report=print_step
    )
    return walk(journey)


def _parser() -> argparse.ArgumentParser:
    return argparse.ArgumentParser(prog="python -m local.cli.canary", description=__doc__)


if __name__ == "__main__":
    sys.exit(main())
