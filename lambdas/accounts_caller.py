"""Calls the accounts function, whose role alone has rights to the user pool, and waits for it."""

import json
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from contracts.people import AccountsRequest, AccountsResponse
from contracts.serialisation import parse, serialise


class AccountsError(Exception):
    """The function failed or did not answer: nothing, a part or all of the act was done."""


class AccountsCaller:
    """`functions` is the client of Lambda."""

    def __init__(self, functions: Any, name: str) -> None:
        self._functions = functions
        self._name = name

    def call(self, request: AccountsRequest) -> AccountsResponse:
        """Raises AccountsError."""
        payload = json.dumps(serialise(request)).encode()
        try:
            response = self._functions.invoke(FunctionName=self._name, Payload=payload)
            if "FunctionError" in response:
                raise AccountsError
            return parse(AccountsResponse, json.loads(response["Payload"].read()))
        except (BotoCoreError, ClientError, ValueError) as error:
            raise AccountsError from error
