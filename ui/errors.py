"""Turns each error into an error page, or into a notice on the page that sent the request."""

import traceback

from flask import Flask, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from contracts.api_requests import RequestError
from contracts.language import gettext
from contracts.trace import draw_trace_id, read_trace_id
from ui.api_errors import ApiError, LoginRequiredError
from ui.auth.login_redirect import redirect_to_login
from ui.auth.sessions import SessionEnd, current_session
from ui.auth.user import current_user
from ui.error_texts import FORM_EXPIRED, ErrorText, error_text
from ui.request_log import describe_route, logger
from ui.view_helpers import is_htmx_request


def register_error_handlers(app: Flask) -> None:
    app.register_error_handler(LoginRequiredError, _handle_login_required)
    app.register_error_handler(ApiError, _handle_api_error)
    app.register_error_handler(RequestError, _handle_request_error)
    app.register_error_handler(CSRFError, _handle_form_error)
    app.register_error_handler(HTTPException, _handle_http_error)
    app.register_error_handler(Exception, _handle_unexpected_error)


def _handle_login_required(error: LoginRequiredError) -> ResponseReturnValue:
    """The API refuses the token although it has not expired here.

    The cookie stays: another window may have renewed it since this request was sent.
    """
    current_session().end = SessionEnd.TOKEN
    return redirect_to_login()


def _handle_api_error(error: ApiError) -> ResponseReturnValue:
    if error.status >= 500:
        _log("The API failed", status=error.status, reference=error.reference)
    return _render_error(error.status, detail=error.detail, reference=error.reference)


def _handle_request_error(error: RequestError) -> ResponseReturnValue:
    return _render_error(422, detail=f"{error}.")


def _handle_form_error(error: CSRFError) -> ResponseReturnValue:
    """A form's token ends with its session; then the user has to log in again.

    A script may send a request while a login in another window gives the session another token: it
    is told that its login has ended, asks for the token that counts now, and repeats the request.
    """
    if is_htmx_request() or (current_user() is None and current_session().end):
        return redirect_to_login()
    return _render_error(400, FORM_EXPIRED)


def _handle_http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error.get_response()
    return _render_error(error.code)


def _handle_unexpected_error(error: Exception) -> ResponseReturnValue:
    """Logs type and traceback, never the error's message: it may hold a file name."""
    reference = _request_reference()
    frames = "".join(traceback.format_tb(error.__traceback__))
    _log(f"{type(error).__name__}\n{frames}", status=500, reference=reference)
    return _render_error(500, reference=reference)


def _render_error(
    status: int, text: ErrorText | None = None, *, detail: str = "", reference: str = ""
) -> Response:
    fields = {
        "error": (text or error_text(status, is_form=request.method == "POST")).translate(),
        "status": status,
        # The detail of a refused value, or of a limit, helps the person who sent the request.
        # It is in the language of the page, unless it is the gateway's own.
        "detail": gettext(detail) if status in (422, 429) else "",
        "reference": reference or _request_reference(),
    }
    if not is_htmx_request():
        return make_response(render_template("errors/page.html", **fields), status)
    response = make_response(render_template("errors/_notice.html", **fields), status)
    response.headers["HX-Retarget"] = "#notice"
    response.headers["HX-Reswap"] = "innerHTML"
    return response


def _request_reference() -> str:
    """The id of the trace, which stands in each log line; outside Lambda a new one."""
    return read_trace_id() or draw_trace_id()


def _log(message: str, *, status: int, reference: str) -> None:
    fields = {"status": status, "reference": reference}
    logger.error(message, extra={**describe_route(), **fields})
