"""What the queue between S3 and screening promises."""

# A message that failed as often goes to the dead-letter queue, and its radiograph is `failed`.
MAX_RECEIVE_COUNT = 3
