"""What each role may do, by route: the rules that the tests and the tries share."""

from typing import Any

from contracts.access import Role

# The status that a route returns to each role: first for a radiograph of the own site, then for one
# of another site, which is as if it did not exist. A route without a radiograph has one status.
DOCTORS, ADMINISTRATORS = frozenset({Role.DOCTOR}), frozenset({Role.ADMINISTRATOR})
BOTH = DOCTORS | ADMINISTRATORS
RULES: dict[tuple[str, str], dict[frozenset[Role], tuple[int, ...]]] = {
    ("POST", "/v1/radiographs"): {DOCTORS: (201,), ADMINISTRATORS: (201,), BOTH: (201,)},
    ("GET", "/v1/radiographs"): {DOCTORS: (200,), ADMINISTRATORS: (200,), BOTH: (200,)},
    ("POST", "/v1/radiographs/search"): {DOCTORS: (200,), ADMINISTRATORS: (200,), BOTH: (200,)},
    ("GET", "/v1/radiographs/batch"): {DOCTORS: (200,), ADMINISTRATORS: (200,), BOTH: (200,)},
    ("GET", "/v1/radiographs/counts"): {DOCTORS: (200,), ADMINISTRATORS: (200,), BOTH: (200,)},
    ("GET", "/v1/radiographs/{radiograph}"): {
        DOCTORS: (200, 404),
        ADMINISTRATORS: (200, 404),
        BOTH: (200, 404),
    },
    ("GET", "/v1/radiographs/{radiograph}/neighbours"): {
        DOCTORS: (200, 404),
        ADMINISTRATORS: (200, 404),
        BOTH: (200, 404),
    },
    ("GET", "/v1/radiographs/{radiograph}/patient-films"): {
        DOCTORS: (200, 404),
        ADMINISTRATORS: (200, 404),
        BOTH: (200, 404),
    },
    ("POST", "/v1/radiographs/{radiograph}/openings"): {
        DOCTORS: (204, 404),
        ADMINISTRATORS: (204, 404),
        BOTH: (204, 404),
    },
    ("GET", "/v1/radiographs/{radiograph}/audit"): {
        DOCTORS: (403, 403),
        ADMINISTRATORS: (200, 404),
        BOTH: (200, 404),
    },
    ("GET", "/v1/radiographs/export"): {DOCTORS: (200,), ADMINISTRATORS: (403,), BOTH: (200,)},
    ("GET", "/v1/radiographs/{radiograph}/report"): {
        DOCTORS: (200, 404),
        ADMINISTRATORS: (403, 403),
        BOTH: (200, 404),
    },
    ("POST", "/v1/radiographs/{radiograph}/reviews"): {
        DOCTORS: (201, 404),
        ADMINISTRATORS: (403, 403),
        BOTH: (201, 404),
    },
    # Administrators settle where doctors differ, and may withdraw that.
    ("POST", "/v1/radiographs/{radiograph}/withdrawals"): {
        DOCTORS: (404, 404),
        ADMINISTRATORS: (403, 404),
        BOTH: (404, 404),
    },
    # The answer is shown already: nothing changes.
    ("POST", "/v1/radiographs/{radiograph}/answer"): {
        DOCTORS: (200, 404),
        ADMINISTRATORS: (403, 403),
        BOTH: (200, 404),
    },
    ("POST", "/v1/radiographs/{radiograph}/age"): {
        DOCTORS: (201, 404),
        ADMINISTRATORS: (403, 403),
        BOTH: (201, 404),
    },
    # The radiograph is deleted by it: in a run of tries, only those of other sites and roles come.
    ("POST", "/v1/radiographs/{radiograph}/deletion"): {
        DOCTORS: (403, 403),
        ADMINISTRATORS: (202, 404),
        BOTH: (202, 404),
    },
    ("POST", "/v1/session"): {DOCTORS: (204,), ADMINISTRATORS: (204,), BOTH: (204,)},
    ("GET", "/v1/session"): {DOCTORS: (204,), ADMINISTRATORS: (204,), BOTH: (204,)},
    ("POST", "/v1/logout"): {DOCTORS: (204,), ADMINISTRATORS: (204,), BOTH: (204,)},
    ("GET", "/v1/settings"): {DOCTORS: (200,), ADMINISTRATORS: (200,), BOTH: (200,)},
    ("GET", "/v1/overview"): {DOCTORS: (403,), ADMINISTRATORS: (200,), BOTH: (200,)},
    ("GET", "/v1/settings/versions"): {DOCTORS: (403,), ADMINISTRATORS: (200,), BOTH: (200,)},
    ("POST", "/v1/settings/versions"): {DOCTORS: (403,), ADMINISTRATORS: (201,), BOTH: (201,)},
    ("POST", "/v1/settings/restore"): {DOCTORS: (403,), ADMINISTRATORS: (201,), BOTH: (201,)},
    ("GET", "/v1/people"): {DOCTORS: (403,), ADMINISTRATORS: (200,), BOTH: (200,)},
    ("POST", "/v1/people"): {DOCTORS: (403,), ADMINISTRATORS: (201,), BOTH: (201,)},
    # The account is of no site.
    ("POST", "/v1/people/{account}/role"): {DOCTORS: (403,), ADMINISTRATORS: (404,), BOTH: (404,)},
    ("POST", "/v1/people/{account}/lock"): {DOCTORS: (403,), ADMINISTRATORS: (404,), BOTH: (404,)},
    ("POST", "/v1/people/{account}/unlock"): {
        DOCTORS: (403,),
        ADMINISTRATORS: (404,),
        BOTH: (404,),
    },
    ("GET", "/v1/model"): {DOCTORS: (200,), ADMINISTRATORS: (200,), BOTH: (200,)},
}
BODIES: dict[str, Any] = {
    "/v1/radiographs": {"file_name": "thorax.png", "bytes": 1000},
    "/v1/radiographs/search": {"file_name": "thorax"},
    "/v1/radiographs/{radiograph}/reviews": {"finding": "pneumonia"},
    "/v1/radiographs/{radiograph}/withdrawals": {"review_id": "none"},
    "/v1/radiographs/{radiograph}/age": {"age_years": 3},
    "/v1/radiographs/{radiograph}/deletion": {"reason": "duplicate"},
    "/v1/people": {"email": "someone@north.example", "role": "doctor"},
    "/v1/people/{account}/role": {"role": "doctor"},
    "/v1/settings/versions": {"replaces": 1, "prevalence": 0.2},
    "/v1/settings/restore": {"replaces": 1, "restores": 1},
}

# The groups, joined by commas, of accounts that have not exactly one site and a role.
BAD_GROUPS = (
    "",
    "doctor",
    "siteNorth",
    "siteNorth,siteSouth,doctor",
    "siteNorth,Doctor",
    "sitenorth,doctor",
)
