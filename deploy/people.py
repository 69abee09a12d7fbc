"""Accounts for people: an invitation by e-mail, a role and a site."""

from botocore.exceptions import ClientError

from contracts.access import SITE_GROUP_PATTERN, Role
from deploy.account import Account
from deploy.errors import DeployError


def invite(account: Account, *, stage: str, email: str, role: str, site: str) -> str:
    """Makes the account, or gives it the groups where it is there; returns what was done.

    Raises DeployError where the pool has no such group, or Cognito does not take the address.
    """
    pool = account.outputs(stage)["UserPool"]
    cognito = account.client("cognito-idp")
    groups = {group["GroupName"] for group in cognito.list_groups(UserPoolId=pool)["Groups"]}
    sites = sorted(group for group in groups if SITE_GROUP_PATTERN.fullmatch(group))
    if role not in groups:
        raise DeployError(f"ROLE={role} is not one of: {', '.join(Role)}.")
    if site not in sites:
        raise DeployError(f"SITE={site} is not one of: {', '.join(sites)}.")
    done = f"{email} was there"
    try:
        cognito.admin_create_user(
            UserPoolId=pool,
            Username=email,
            UserAttributes=[
                {"Name": "email", "Value": email},
                {"Name": "email_verified", "Value": "true"},
            ],
            DesiredDeliveryMediums=["EMAIL"],
        )
        done = f"{email} was sent an invitation"
    except cognito.exceptions.UsernameExistsException:
        pass
    except ClientError as error:
        why = error.response["Error"]["Message"]
        raise DeployError(f"EMAIL={email} was not taken: {why}") from error
    for group in (role, site):
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=email, GroupName=group)
    return f"{done}; role {role}, site {site}."
