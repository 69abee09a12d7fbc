"""The limits of what a caller may send. Each is stated here and nowhere else."""

MAX_FILE_BYTES = 50 * 1024 * 1024
MAX_FILE_NAME_LENGTH = 255
MAX_NOTE_LENGTH = 2000
MAX_AGE_YEARS = 120
MAX_IDEMPOTENCY_KEY_LENGTH = 200

# As people read it.
MAX_FILE_MEGABYTES = MAX_FILE_BYTES // 2**20
