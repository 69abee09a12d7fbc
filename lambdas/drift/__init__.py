"""Drift: compares the last answers of each site with the site's own first ones of a model version.

May import `contracts` and the stores of `lambdas`.
"""
