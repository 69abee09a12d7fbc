"""Access to S3 that several units share: the models bucket, site settings, the records of many
films, conditional writes, and the removal of all versions of an object.

May import `contracts` and botocore.
"""
