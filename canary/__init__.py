"""A doctor's way through the system with a synthetic film, by HTTP: from the login to the deletion.

The function of the schedule, `make canary`, `make smoke` and the tests of reliability share it.
"""
