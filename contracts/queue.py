"""The settings of the queue between S3 and screening, for the cloud and the local stack."""

# After so many failed attempts SQS moves a message to the dead-letter queue. The last attempt
# writes the fact `failed`.
MAX_RECEIVE_COUNT = 3
