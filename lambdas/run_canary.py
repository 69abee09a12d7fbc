"""Goes a doctor's whole way with a synthetic film, every five minutes, and emits whether it came
through.

It never fails by itself: the alarm on its metric also rings where no value comes.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from canary.journey import Journey, JourneyError, Step
from canary.login import Account, AppClient, LoginError, log_in, parse_account
from contracts.metrics import Metric
from lambdas import clients
from lambdas.observability import emit_count, emit_seconds, logger, tracer
from lambdas.settings import CanarySettings, read_canary_settings


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False, capture_error=False)
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    settings = read_canary_settings()
    try:
        seconds = _build_journey(settings).run()
    except JourneyError as error:
        fields = {"step": error.step, "reason": error.reason}
        logger.error("The canary did not come through", extra=fields)
        emit_count(Metric.CANARY_SUCCEEDED, 0)
        return
    except (BotoCoreError, ClientError) as error:
        fields = {"step": "secrets", "reason": type(error).__name__}
        logger.error("The canary did not come through", extra=fields)
        emit_count(Metric.CANARY_SUCCEEDED, 0)
        return
    emit_count(Metric.CANARY_SUCCEEDED)
    emit_seconds(Metric.CANARY_SECONDS, seconds)


def _build_journey(settings: CanarySettings) -> Journey:
    def fetch_token() -> str:
        client = AppClient(
            user_pools=clients.user_pools(),
            pool_id=settings.user_pool_id,
            client_id=settings.client_id,
        )
        return log_in(client, _read_account(settings))

    def report(step: Step) -> None:
        logger.info("A step succeeded", extra={"step": step.name, "seconds": step.seconds})

    return Journey(
        url=settings.public_url,
        log_in=fetch_token,
        report=report,
        page_key=_read_secret(settings.page_key_arn),
    )


def _read_account(settings: CanarySettings) -> Account:
    """The account of the secret, which is registered first where there is none."""
    account = parse_account(_read_secret(settings.secret_arn))
    if account is None:
        response = clients.functions().invoke(FunctionName=settings.registration_function)
        account = parse_account(_read_secret(settings.secret_arn))
        if "FunctionError" in response or account is None:
            raise LoginError("the account was not registered; see the log of that function")
    return account


def _read_secret(arn: str) -> str:
    return str(clients.secrets().get_secret_value(SecretId=arn)["SecretString"])
