"""The Lambda functions of the backend.

`api` answers the page, `screening` analyses uploaded files, `refill_cache` and `release_model` are
maintenance functions. `records` knows facts and images in S3, `cache` knows Redis. May import
`contracts`, `screening` and `storage`.
"""
