"""The commands beside `make synth`: `python -m deploy bootstrap|diff|deploy|destroy|user`."""

import argparse
import os
import sys

from botocore.exceptions import BotoCoreError, ClientError

from contracts.access import SITE_GROUP_PATTERN, Role
from deploy import people, preflight, removal
from deploy.account import Account, account
from deploy.cdk_cli import cdk
from deploy.errors import DeployError
from deploy.templates import ROOT, STAGES, Synthesised, load, stacks, synthesise


def main() -> int:
    chosen = _parser().parse_args()
    try:
        if chosen.run is destroy:
            removal.require_removable(chosen.stage)
        made = _made(chosen.stage, anew=chosen.run in (diff, deploy))
        chosen.run(account(made.region), made, chosen)
    except DeployError as error:
        print(error, file=sys.stderr)
        return 2
    except ClientError as error:
        why = error.response["Error"]["Message"] or error.response["Error"]["Code"]
        print(f"AWS refused {error.operation_name}: {why}", file=sys.stderr)
        return 2
    except BotoCoreError as error:
        print(f"AWS cannot be reached: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped. What CloudFormation has begun it goes on with.", file=sys.stderr)
        return 130
    return 0


def bootstrap(where: Account, made: Synthesised, chosen: argparse.Namespace) -> None:
    """Once for an account and region: CDK's own bucket and roles."""
    cdk("bootstrap", f"aws://{where.number}/{where.region}")


def diff(where: Account, made: Synthesised, chosen: argparse.Namespace) -> None:
    cdk("diff", *stacks(made.stage), app=made.folder)


def deploy(where: Account, made: Synthesised, chosen: argparse.Namespace) -> None:
    found = preflight.look(where, made)
    for unseen in found.unseen:
        print(unseen, file=sys.stderr)
    if found.problems:
        listed = "\n".join(f"  - {problem}" for problem in found.problems)
        raise DeployError(f"Nothing was deployed:\n{listed}")
    approval = "never" if chosen.yes else "broadening"
    cdk("deploy", "--all", "--require-approval", approval, *chosen.more, app=made.folder)
    _say_what_next(where, made)


def destroy(where: Account, made: Synthesised, chosen: argparse.Namespace) -> None:
    stage = made.stage
    print(
        f"This removes stage {stage} from account {where.number}, {where.region}: all radiographs, "
        "answers, facts, models and accounts."
    )
    if (chosen.yes or input(f"Type {stage} to go on: ")) != stage:
        raise DeployError("Nothing was removed.")
    print(f"{removal.empty_buckets(where, stage)} versions of objects deleted")
    removal.remove_packages(where, stage)
    *shared, data, service = stacks(stage)
    last = [] if removal.shared_stack_is_needed(where, removed=stage) else shared
    for name in (service, data, *last):
        # What was logged or written in the meantime.
        removal.empty_buckets(where, stage)
        cdk("destroy", name, "--force", "--exclusively", app=made.folder)
        removal.remove_promoted(where, stage)
    print(
        f"Stage {stage} is gone. KMS deletes its two keys in seven days. The logs of training jobs "
        "stay in /aws/sagemaker/TrainingJobs, which is the account's; nothing else is left."
    )


def user(where: Account, made: Synthesised, chosen: argparse.Namespace) -> None:
    asked = {"email": chosen.email, "role": chosen.role, "site": chosen.site}
    print(people.invite(where, stage=made.stage, **asked))


def _made(stage: str, *, anew: bool) -> Synthesised:
    """What is not about to be deployed need not be made again."""
    made = (synthesise if anew else load)(stage, ROOT / "build" / "cdk" / stage)
    if anew and made.findings:
        raise DeployError("The rules are not met. See: make synth")
    return made


def _say_what_next(where: Account, made: Synthesised) -> None:
    said = where.outputs(made.stage)
    groups = [str(each["GroupName"]) for each in made.properties("AWS::Cognito::UserPoolGroup")]
    site = min(group for group in groups if SITE_GROUP_PATTERN.fullmatch(group))
    print(f"\nThe page:      {said['PageUrl']}/")
    print(f"Dashboards:    {said['DashboardUrl']}")
    print(f"User pool:     {said['UserPool']}")
    print(f"Model:         {said['Model']}")
    for key, target in said.items():
        if key.startswith("FrontDoorTarget"):
            print(f"Make a CNAME record for the domain that points to {target}")
    print("\nInvite the first administrator, then the doctors:")
    for role in (Role.ADMINISTRATOR, Role.DOCTOR):
        print(f"  make user STAGE={made.stage} SITE={site} ROLE={role.value} EMAIL=name@hospital")
    print(
        f"Who trains needs the policy chest-xray-{made.stage}-data-scientist, who lets a model "
        f"answer chest-xray-{made.stage}-model-approver."
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy", description=__doc__)
    parser.set_defaults(yes=os.environ.get("YES", ""))
    commands = parser.add_subparsers(required=True)
    for run in (bootstrap, diff, deploy, destroy, user):
        command = commands.add_parser(run.__name__)
        command.set_defaults(run=run)
        command.add_argument("--stage", choices=STAGES, required=True)
        if run is user:
            for name in ("email", "role", "site"):
                command.add_argument(f"--{name}", required=True)
        if run is deploy:
            command.add_argument("more", nargs="*", help="further options of cdk deploy, after --")
    return parser


if __name__ == "__main__":
    sys.exit(main())
