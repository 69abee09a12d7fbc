"""The models bucket and conditional writes to S3, for every unit that reads or writes them.

May import `contracts` and botocore.
"""
