"""Fixtures of the login: the login domain, and a doctor whose token is to be renewed."""

import pytest
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey

from tests.ui.auth.login_domain import LoginDomain
from tests.ui.auth.old_token import put_session
from tests.ui.conftest import SignToken
from tests.ui.recorded_api import RecordedApi
from ui.auth.session_keys import SessionKeys


@pytest.fixture
def login(api: RecordedApi, signing_key: RSAKey) -> LoginDomain:
    return LoginDomain(api, signing_key)


@pytest.fixture
def worker(doctor: FlaskClient, sign_token: SignToken, keys: SessionKeys) -> FlaskClient:
    """A doctor with a token that has less than half of its life before it."""
    put_session(doctor, keys, sign_token, age=2400)
    return doctor
