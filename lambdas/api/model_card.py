"""Returns the card of the current model."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from contracts.printable import replace_unprintable
from lambdas.api.openapi_responses import describe_responses
from lambdas.api.services import require_user, services

router = APIGatewayRouter()


@router.get(
    "/model",
    summary="The card of the model that answers now",
    responses=describe_responses(dict[str, Any], {HTTPStatus.OK: "The model card."}),
)
def model() -> dict[str, Any]:
    require_user(router.current_event)
    models = services().models
    card: dict[str, Any] = replace_unprintable(models.read_card(models.read_current_version()))
    return card
