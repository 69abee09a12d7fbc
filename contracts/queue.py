"""The settings of the queue between S3 and screening, for the cloud and the local stack."""

# After so many failed attempts SQS moves a message to the dead-letter queue. The last attempt
# writes the fact `failed`.
MAX_RECEIVE_COUNT = 3

# Messages for one invocation: few, so that a slow file delays few others.
BATCH_SIZE = 2

# A received message stays hidden for so many timeouts of the screening function. AWS recommends
# six, since Lambda may hold a batch back while the function is throttled. Locally one is enough,
# and an interrupted file is tried again after a minute.
CLOUD_VISIBILITY_FACTOR = 6
LOCAL_VISIBILITY_FACTOR = 1
