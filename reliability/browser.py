"""Logs in and opens the worklist as a browser does, without JavaScript."""

import html
import re
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

from local.aws.cognito import PASSWORD
from reliability.running_system import RunningSystem

# Browsers send secure cookies over HTTP as well on this machine.
_SECURE_OVER_HTTP = DefaultCookiePolicy(secure_protocols=("http", "https"))
_TIMEOUT_SECONDS = 30


def open_worklist(system: RunningSystem) -> str:
    """Returns the address that is shown in the end: without a session, it is the login.

    Raises OSError where a request fails.
    """
    browser = build_opener(HTTPCookieProcessor(CookieJar(_SECURE_OVER_HTTP)))
    start = f"{system.url}/login/start"
    login = browser.open(start, timeout=_TIMEOUT_SECONDS).read().decode()
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', html.unescape(login)))
    account = {"username": "doctor@north.example", "password": PASSWORD}
    form = urlencode({**fields, **account}).encode()
    browser.open(f"{system.login_url}/oauth2/authorize", form, timeout=_TIMEOUT_SECONDS)
    return str(browser.open(f"{system.url}/worklist", timeout=_TIMEOUT_SECONDS).url)
