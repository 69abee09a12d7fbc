"""Turns each error into a page, or into a line on the page that sent the request."""

import logging
import traceback
import uuid

from flask import Flask, Response, make_response, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from ui.api_client import BackendError, LoginNeeded
from ui.auth.user import current_user, is_from_script, log_in_again
from ui.error_texts import FORM_TOO_OLD, Help, help_with

_logger = logging.getLogger(__name__)


def explain(app: Flask) -> None:
    app.register_error_handler(LoginNeeded, _log_in)
    app.register_error_handler(BackendError, _backend)
    app.register_error_handler(CSRFError, _form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _ours)


def _log_in(error: LoginNeeded) -> ResponseReturnValue:
    """The API refuses a token that we hold for good: it is of no use to keep it."""
    session.clear()
    session.is_over = True  # type: ignore[attr-defined]
    return log_in_again()


def _form(error: CSRFError) -> ResponseReturnValue:
    """A form's token ends with its session, and then logging in is what helps."""
    if current_user() is None and session.is_over:  # type: ignore[attr-defined]
        return log_in_again()
    return _answer(400, FORM_TOO_OLD)


def _backend(error: BackendError) -> ResponseReturnValue:
    if error.status >= 500:
        _log("The API failed", status=error.status, reference=error.reference)
    return _answer(error.status, detail=error.detail, reference=error.reference)


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error.get_response()
    return _answer(error.code)


def _ours(error: Exception) -> ResponseReturnValue:
    """The error's own text stays out of the log: it may quote a file name."""
    reference = _reference()
    where = "".join(traceback.format_tb(error.__traceback__))
    _log(f"{type(error).__name__}\n{where}", status=500, reference=reference)
    return _answer(500, reference=reference)


def _answer(
    status: int, said: Help | None = None, *, detail: str = "", reference: str = ""
) -> Response:
    fields = {
        "help": said or help_with(status),
        "status": status,
        "detail": detail if status == 422 else "",
        "reference": reference or _reference(),
    }
    if not is_from_script():
        return make_response(render_template("errors/page.html", **fields), status)
    response = make_response(render_template("errors/_notice.html", **fields), status)
    response.headers["HX-Retarget"] = "#notice"
    response.headers["HX-Reswap"] = "innerHTML"
    return response


def _reference() -> str:
    """Lambda writes this beside each line of its log."""
    context = request.environ.get("lambda.context")
    return str(getattr(context, "aws_request_id", None) or uuid.uuid4())


def _log(what: str, *, status: int, reference: str) -> None:
    """The rule names no radiograph, and no name stands in it."""
    rule = request.url_rule.rule if request.url_rule else "no rule"
    _logger.error("%s: %s %s -> %s (%s)", what, request.method, rule, status, reference)
