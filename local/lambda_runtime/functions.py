"""Builds the process pool and the environment of each function, as Lambda would."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from bundles.function_definitions import Function, Resources
from local.aws import clients
from local.lambda_runtime.pool import Pool
from local.lambda_runtime.worker import Worker
from local.processes.group import Command, Processes
from local.settings import LAMBDA_ENVIRONMENT, REGION, ROOT, Model, Settings

# Names the processes of functions on their command lines.
BOOTSTRAP = ROOT / "local" / "lambda_runtime" / "bootstrap.py"


def build_pool(
    function: Function, folder: Path, environment: Mapping[str, str], processes: Processes
) -> Pool:
    """Builds the pool of `function`, whose bundle is staged in `folder`."""

    def launch(runtime_api: str) -> "subprocess.Popen[bytes]":
        python = str(LAMBDA_ENVIRONMENT / "bin" / "python")
        command = Command(
            arguments=[python, str(BOOTSTRAP), function.handler],
            folder=folder,
            environment={**environment, "AWS_LAMBDA_RUNTIME_API": runtime_api},
        )
        return processes.start(function.name, command)

    def start_worker(on_end: Callable[[Worker], None]) -> Worker:
        def remove_and_notify(worker: Worker) -> None:
            processes.remove(worker.process)
            on_end(worker)

        return Worker(function.name, launch, on_end=remove_and_notify)

    return Pool(start_worker, timeout_seconds=function.timeout_seconds)


def build_environment(
    function: Function,
    resources: Resources,
    settings: Settings,
    *,
    folder: Path,
    invoke_url: str = "",
) -> dict[str, str]:
    """Builds all variables of the function's process; it inherits none of the user's. `invoke_url`
    is where it calls other functions.
    """
    samples = (
        {"SAMPLES_URL": f"{settings.prefix}/samples/"}
        if settings.samples and function.name == "ui"
        else {}
    )
    return {
        **_lambda_variables(function, folder),
        **_service_variables(settings),
        **function.environment_variables(resources),
        **samples,
        **({"AWS_ENDPOINT_URL_LAMBDA": invoke_url} if invoke_url else {}),
    }


def _lambda_variables(function: Function, folder: Path) -> dict[str, str]:
    """Returns the variables that Lambda sets in every function."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return {
        "AWS_ACCESS_KEY_ID": clients.KEY_ID,
        "AWS_SECRET_ACCESS_KEY": clients.SECRET,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_python{version}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_megabytes),
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "local",
        "LAMBDA_TASK_ROOT": str(folder),
        "LANG": "en_US.UTF-8",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "PYTHONUNBUFFERED": "1",
        "TZ": ":UTC",
        "_HANDLER": function.handler,
    }


def _service_variables(settings: Settings) -> dict[str, str]:
    """Returns the SDK's own variables for the addresses of the services."""
    predictor = (
        settings.functions_endpoint_url if settings.model is Model.ENDPOINT else settings.aws_url
    )
    return {
        "AWS_ENDPOINT_URL_S3": settings.functions_aws_url,
        "S3_ADDRESSING": "path",
        "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME": predictor,
        "AWS_ENDPOINT_URL_SECRETS_MANAGER": settings.functions_aws_url,
        "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": settings.login_url,
        "AWS_ENDPOINT_URL_SQS": settings.functions_aws_url,
        # Lambda's user has no home folder. Without these two the SDK reads the user's settings.
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        # No X-Ray daemon runs here.
        "POWERTOOLS_TRACE_DISABLED": "true",
    }
