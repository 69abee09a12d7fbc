"""Shows the card of the model that answers now."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from lambdas.api.openapi_responses import answers
from lambdas.api.services import backend, user_of

router = APIGatewayRouter()


@router.get(
    "/model",
    summary="The card of the model that answers now",
    responses=answers(dict[str, Any], {HTTPStatus.OK: "The model card."}),
)
def model() -> dict[str, Any]:
    user_of(router.current_event)
    files = backend().models
    return files.read_card(files.read_current_version())
