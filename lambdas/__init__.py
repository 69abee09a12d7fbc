"""The Lambda functions: `api`, `screening`, and three for maintenance.

`records` stores facts, `worklist_index` their order, `images` and `identity` everything that shows
or names a patient, all in S3; `cache` is Redis. May import `contracts`, `screening` and `storage`.
"""
