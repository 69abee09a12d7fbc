"""The commands for a stage: `python -m deploy bootstrap|diff|deploy|smoke|destroy|user|
forget|recalibrate|outcomes`."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from contracts.access import Role
from contracts.canary import is_hospital_site
from deploy import deletion, first_deploy, outcome_import, people, preflight, recalibration, removal
from deploy import smoke as smoke_test
from deploy.account import Account, connect_account
from deploy.cdk_cli import cdk
from deploy.errors import DeployError
from deploy.question import ask
from deploy.subscriptions import find_silent_addresses
from deploy.templates import ROOT, STAGES, Synthesis, load, stack_names, synthesise


def main() -> int:
    """Returns the status of the command: 0, or 1 where a step of the smoke test failed."""
    arguments = _parser().parse_args()
    try:
        if arguments.run is destroy:
            removal.require_removable(arguments.stage)
        if arguments.run is deploy:
            _refuse_settings(arguments.more)
        synthesis = _load_or_synthesise(
            arguments.stage, is_current=arguments.run not in (diff, deploy)
        )
        status = arguments.run(connect_account(synthesis.region), synthesis, arguments)
    except DeployError as error:
        print(error, file=sys.stderr)
        return 2
    except ClientError as error:
        reason = error.response["Error"]["Message"] or error.response["Error"]["Code"]
        print(f"AWS refused {error.operation_name}: {reason}", file=sys.stderr)
        return 2
    except BotoCoreError as error:
        print(f"AWS cannot be reached: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped. CloudFormation continues what it has begun.", file=sys.stderr)
        return 130
    return int(status or 0)


def bootstrap(account: Account, synthesis: Synthesis, arguments: argparse.Namespace) -> None:
    """Creates CDK's own bucket and roles, once for an account and region."""
    cdk("bootstrap", f"aws://{account.number}/{account.region}", app=synthesis.folder)


def diff(account: Account, synthesis: Synthesis, arguments: argparse.Namespace) -> None:
    cdk("diff", *stack_names(synthesis.stage), app=synthesis.folder)


def deploy(account: Account, synthesis: Synthesis, arguments: argparse.Namespace) -> None:
    result = preflight.run_checks(account, synthesis)
    for sentence in result.notices:
        print(sentence, file=sys.stderr)
    if result.problems:
        problems = "\n".join(f"  - {problem}" for problem in result.problems)
        raise DeployError(f"Nothing was deployed:\n{problems}")
    protection = first_deploy.choose_protection(account, synthesis)
    if protection is not None:
        _deploy_unprotected(synthesis, protection, arguments)
    _run_deploy(synthesis, arguments)
    _print_next_steps(account, synthesis)


def _deploy_unprotected(
    synthesis: Synthesis, protection: str, arguments: argparse.Namespace
) -> None:
    """Deploys what was never complete, so that it can be removed and created again if it fails."""
    stage = synthesis.stage
    print(f"First deploy of {stage}: protection from deletion follows once it has succeeded.")
    folder = ROOT / "build" / "cdk" / f"{stage}-first"
    overrides = {"deletion_protection": protection}
    try:
        _run_deploy(synthesise(stage, folder, overrides=overrides), arguments)
    except DeployError as error:
        raise DeployError(
            f"{error} Nothing is protected from deletion yet. Start again: make deploy "
            f"STAGE={stage} (docs/deploy.md, If the first deploy fails)"
        ) from error


def _run_deploy(synthesis: Synthesis, arguments: argparse.Namespace) -> None:
    approval = "never" if arguments.yes else "broadening"
    cdk("deploy", "--all", "--require-approval", approval, *arguments.more, app=synthesis.folder)


def destroy(account: Account, synthesis: Synthesis, arguments: argparse.Namespace) -> None:
    stage = synthesis.stage
    print(
        f"This removes stage {stage} from account {account.number}, {account.region}: all "
        "radiographs, answers, facts, models and accounts."
    )
    without = f"To go on without the question: make destroy STAGE={stage} YES={stage}"
    if (arguments.yes or ask(f"Type {stage} to go on: ", without=without)) != stage:
        raise DeployError("Nothing was removed.")
    print(f"{removal.empty_buckets(account, stage)} versions of objects deleted")
    removal.remove_model_packages(account, stage)
    *shared, data, service = stack_names(stage)
    last = [] if removal.shared_stack_is_needed(account, ended_stage=stage) else shared
    for name in (service, data, *last):
        # Deletes what was written in the meantime, such as logs.
        removal.empty_buckets(account, stage)
        cdk("destroy", name, "--force", "--exclusively", app=synthesis.folder)
        removal.remove_promotion_resources(account, stage)
    print(
        f"Stage {stage} is removed. KMS deletes its two keys in seven days. The logs of training "
        "jobs stay in /aws/sagemaker/TrainingJobs, which is the account's; nothing else is left."
    )


def smoke(account: Account, synthesis: Synthesis, arguments: argparse.Namespace) -> int:
    return smoke_test.smoke(account, stage=synthesis.stage)


def user(account: Account, synthesis: Synthesis, arguments: argparse.Namespace) -> None:
    person = {"email": arguments.email, "role": arguments.role, "site": arguments.site}
    print(people.invite(account, stage=synthesis.stage, **person))


def forget(account: Account, synthesis: Synthesis, arguments: argparse.Namespace) -> None:
    print(deletion.delete_radiograph(account, stage=synthesis.stage, radiograph_id=arguments.id))


def recalibrate(account: Account, synthesis: Synthesis, arguments: argparse.Namespace) -> None:
    print(
        recalibration.recalibrate(
            account,
            synthesis.stage,
            site=arguments.site,
            why=arguments.why,
            is_undo=arguments.undo,
            is_confirmed=bool(arguments.yes),
        )
    )


def outcomes(account: Account, synthesis: Synthesis, arguments: argparse.Namespace) -> None:
    print(
        outcome_import.import_outcomes(
            account,
            synthesis.stage,
            site=arguments.site,
            file=Path(arguments.file),
            is_confirmed=bool(arguments.yes),
        )
    )


def _load_or_synthesise(stage: str, *, is_current: bool) -> Synthesis:
    """Synthesises only what is about to be compared or deployed. Raises DeployError."""
    folder = ROOT / "build" / "cdk" / stage
    if is_current:
        return load(stage, folder)
    synthesis = synthesise(stage, folder)
    if synthesis.findings:
        raise DeployError("The rules are not met. See: make synth")
    return synthesis


def _refuse_settings(options: Sequence[str]) -> None:
    """CDK's command line gets finished templates, so `-c` would have no effect."""
    for option in options:
        if option.startswith(("-c", "--context", "--ctx")):
            raise DeployError(
                f"{option} has no effect on a deploy by make. Write the setting into cdk.json, or "
                'for one run into the environment: CDK_CONTEXT_JSON=\'{"name": "value"}\''
            )


def _print_next_steps(account: Account, synthesis: Synthesis) -> None:
    outputs = account.outputs(synthesis.stage)
    resources = synthesis.properties("AWS::Cognito::UserPoolGroup")
    groups = [str(group["GroupName"]) for group in resources]
    site = min(filter(is_hospital_site, groups))
    print(f"\nThe page:      {outputs['PageUrl']}/")
    print(f"Dashboards:    {outputs['DashboardUrl']}")
    print(f"User pool:     {outputs['UserPool']}")
    print(f"Model:         {outputs['Model']}")
    for key, target in outputs.items():
        if key.startswith("FrontDoorTarget"):
            print(f"Make a CNAME record for the domain that points to {target}")
    _print_silent_addresses(account, synthesis)
    print(f"Try it with a synthetic film: make smoke STAGE={synthesis.stage}")
    print("\nInvite the first administrator, then the doctors:")
    for role in (Role.ADMINISTRATOR, Role.DOCTOR):
        print(
            f"  make user STAGE={synthesis.stage} SITE={site} ROLE={role.value} EMAIL=name@hospital"
        )
    policies = {
        "train models": "data-scientist",
        "promote them": "model-approver",
        "collect films": "film-collector",
    }
    for activity, policy in {**policies, "delete radiographs": "deletion"}.items():
        name = f"chest-xray-{synthesis.stage}-{synthesis.region}-{policy}"
        print(f"People who {activity} need the policy {name}.")


def _print_silent_addresses(account: Account, synthesis: Synthesis) -> None:
    try:
        for sentence in find_silent_addresses(account, synthesis):
            print(sentence)
    except ClientError as error:
        # The right to deploy does not include the right to list subscriptions.
        print(f"Could not check who is told of alarms: {error.response['Error']['Code']}.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy", description=__doc__)
    parser.set_defaults(yes=os.environ.get("YES", ""))
    commands = parser.add_subparsers(required=True)
    for run in (bootstrap, diff, deploy, smoke, destroy, user, forget, recalibrate, outcomes):
        command = commands.add_parser(run.__name__)
        command.set_defaults(run=run)
        command.add_argument("--stage", choices=STAGES, required=True)
        if run is user:
            for name in ("email", "role", "site"):
                command.add_argument(f"--{name}", required=True)
        if run is forget:
            command.add_argument("--id", required=True, help="the radiograph's id")
        if run is recalibrate:
            command.add_argument("--site", required=True)
            command.add_argument("--why", default="", help="who approves it and why")
            command.add_argument("--undo", action="store_true")
        if run is outcomes:
            command.add_argument("--site", required=True)
            command.add_argument("--file", required=True, help="a table, such as outcomes.csv")
        if run is deploy:
            command.add_argument("more", nargs="*", help="further options of cdk deploy, after --")
    return parser


if __name__ == "__main__":
    sys.exit(main())
