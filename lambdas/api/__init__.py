"""The `/v1` API: one file for each route, registered in `handler`.

May import `contracts`, `storage`, the stores of `lambdas`, and `screening` for the answer that
follows from another age.
"""
