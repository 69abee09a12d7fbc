"""The limits of what a caller may send. Each is stated here and nowhere else."""

MAX_FILE_BYTES = 50 * 1024 * 1024
MAX_FILE_NAME_LENGTH = 255
MAX_NOTE_LENGTH = 2000
MAX_AGE_YEARS = 120
