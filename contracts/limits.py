"""The limits of what a caller may send. Each is stated here and nowhere else."""

MAX_FILE_BYTES = 50 * 1024 * 1024
MAX_FILE_NAME_LENGTH = 255
MAX_NOTE_LENGTH = 2000
MAX_AGE_YEARS = 120
MAX_IDEMPOTENCY_KEY_LENGTH = 200
MAX_REASON_LENGTH = 200
# A site's calibration corrects the model's and does not replace it: outside these limits the model
# does not fit the site, or a value has a typing error.
MIN_SITE_SLOPE, MAX_SITE_SLOPE = 0.25, 4.0
MAX_SITE_OFFSET = 4.0

# As people read it.
MAX_FILE_MEGABYTES = MAX_FILE_BYTES // 2**20
