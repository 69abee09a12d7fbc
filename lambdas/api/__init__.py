"""The `/v1` API: one file for each route, registered in `handler`.

May import `contracts`, `storage` and the stores of `lambdas`.
"""
