"""Creates the canary's account anew in the user pool, and stores its password and second factor.

The canary calls it where its secret holds no account, and a person after the account was lost. It
takes no input, and its role alone may create this account.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from canary.login import AppClient, register
from lambdas import clients
from lambdas.observability import logger, tracer
from lambdas.settings import read_canary_settings


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False, capture_error=False)
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Raises LoginError or botocore's errors; a second call begins again."""
    settings = read_canary_settings()
    client = AppClient(
        user_pools=clients.user_pools(),
        pool_id=settings.user_pool_id,
        client_id=settings.client_id,
    )
    account = register(client)
    clients.secrets().put_secret_value(SecretId=settings.secret_arn, SecretString=account.to_json())
    logger.info("The canary's account is registered")
