"""The client of the `/v1` API for the settings, people and figures of the site."""

from urllib.parse import quote

from contracts.api import SettingsHistory
from contracts.api_requests import (
    InvitationRequest,
    RestoreRequest,
    RoleRequest,
    SettingsRequest,
)
from contracts.overview import SiteOverview
from contracts.people import AccountChange, People
from contracts.serialisation import serialise
from contracts.sites import SettingsVersion
from ui.api_connection import ApiConnection, parse_response


class SiteClient(ApiConnection):
    """Settings are for all of the site, the rest for its administrators. Every method raises
    ApiError.
    """

    def fetch_settings(self) -> SettingsVersion:
        return parse_response(self.request("GET", "/settings"), SettingsVersion)

    def fetch_settings_history(self) -> SettingsHistory:
        return parse_response(self.request("GET", "/settings/versions"), SettingsHistory)

    def fetch_overview(self) -> SiteOverview:
        return parse_response(self.request("GET", "/overview"), SiteOverview)

    def fetch_people(self) -> People:
        return parse_response(self.request("GET", "/people"), People)

    def invite(self, request: InvitationRequest) -> AccountChange:
        response = self.request("POST", "/people", json=serialise(request))
        return parse_response(response, AccountChange)

    def change_role(self, account: str, request: RoleRequest) -> AccountChange:
        path = f"/people/{quote(account)}/role"
        return parse_response(self.request("POST", path, json=serialise(request)), AccountChange)

    def set_lock(self, account: str, *, is_locked: bool) -> AccountChange:
        path = f"/people/{quote(account)}/{'lock' if is_locked else 'unlock'}"
        return parse_response(self.request("POST", path), AccountChange)

    def change_settings(self, request: SettingsRequest) -> SettingsVersion:
        # The API of the release before refuses the fields that it does not have.
        body = {name: value for name, value in serialise(request).items() if value is not None}
        if not request.requires_age:
            del body["requires_age"]
        response = self.request("POST", "/settings/versions", json=body)
        return parse_response(response, SettingsVersion)

    def restore_settings(self, request: RestoreRequest) -> SettingsVersion:
        response = self.request("POST", "/settings/restore", json=serialise(request))
        return parse_response(response, SettingsVersion)
