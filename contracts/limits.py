"""The limits of what a caller may send. Each is stated here and nowhere else."""

MAX_FILE_BYTES = 50 * 1024 * 1024
MAX_FILE_NAME_LENGTH = 255
MAX_NOTE_LENGTH = 2000
MAX_AGE_YEARS = 120
MAX_IDEMPOTENCY_KEY_LENGTH = 200
MAX_REASON_LENGTH = 200
# Of an address (RFC 5321, with its brackets).
MAX_EMAIL_LENGTH = 254
# Radiographs that one request reads: their ids fit the 2,048 bytes of a query that AWS's firewall
# rules allow.
MAX_BATCH = 60
# Rows of a table that a doctor exports, and radiographs of a list that are counted, of which the
# page shows more as "1,000+": S3 lists as many in one call.
MAX_EXPORT_ROWS = MAX_LIST_COUNT = 1000
# Films of one patient that a page lists beside one of them.
MAX_PATIENT_FILMS = 50
# A site's calibration corrects the model's and does not replace it: outside these limits the model
# does not fit the site, or a value has a typing error.
MIN_SITE_SLOPE, MAX_SITE_SLOPE = 0.25, 4.0
MAX_SITE_OFFSET = 4.0
# More would slow down the work of every day; 2 to 5 % are enough to measure the agreement.
MAX_BLIND_SHARE = 0.05
# The gateway compresses answers from here on; less would hardly be shorter.
MIN_COMPRESSED_BYTES = 1024

# As people read it.
MAX_FILE_MEGABYTES = MAX_FILE_BYTES // 2**20
