"""Invites users by e-mail, with a role and a site."""

from botocore.exceptions import ClientError

from contracts.access import Role
from contracts.canary import is_hospital_site
from deploy.account import Account
from deploy.errors import DeployError


def invite(account: Account, *, stage: str, email: str, role: str, site: str) -> str:
    """Creates the user if there is none, and adds the groups; returns the result as a sentence.

    Raises DeployError if the user pool has no such group, or Cognito does not accept the address.
    """
    pool = account.outputs(stage)["UserPool"]
    cognito = account.client("cognito-idp")
    groups = {group["GroupName"] for group in cognito.list_groups(UserPoolId=pool)["Groups"]}
    sites = sorted(filter(is_hospital_site, groups))
    if role not in groups:
        raise DeployError(f"ROLE={role} is not one of: {', '.join(Role)}.")
    if site not in sites:
        raise DeployError(f"SITE={site} is not one of: {', '.join(sites)}.")
    result = f"{email} was there"
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
        result = f"{email} was sent an invitation"
    except cognito.exceptions.UsernameExistsException:
        pass
    except ClientError as error:
        reason = error.response["Error"]["Message"]
        raise DeployError(f"EMAIL={email} was not taken: {reason}") from error
    for group in (role, site):
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=email, GroupName=group)
    return f"{result}; role {role}, site {site}."
