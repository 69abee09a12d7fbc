"""The settings of Zappa's handler, staged beside it as the module `zappa_settings`."""

from collections.abc import Mapping

APP_MODULE = "ui.wsgi"
APP_FUNCTION = "app"
APP_TYPE = "wsgi"
PROJECT_NAME = "chest-xray-ui"

# `ui.public_url_middleware` handles the path prefix; no URL begins with this placeholder.
API_STAGE = "_"
BASE_PATH = None
DOMAIN = None

# API Gateway passes bodies as base64, because `*/*` is registered as binary.
BINARY_SUPPORT = True
CONTEXT_HEADER_MAPPINGS: Mapping[str, str] = {}

DEBUG = False
LOG_LEVEL = "INFO"
DJANGO_SETTINGS = None
ENVIRONMENT_VARIABLES: Mapping[str, str] = {}
EXCEPTION_HANDLER = None
AUTHORIZER_FUNCTION = None
AWS_EVENT_MAPPING: Mapping[str, str] = {}
AWS_BOT_EVENT_MAPPING: Mapping[str, str] = {}
COGNITO_TRIGGER_MAPPING: Mapping[str, str] = {}
