"""The files of a released model, and their keys in the models bucket.

    models/
    ├── current.json             the pointer: which version answers (`contracts.model_pointer`)
    └── {version}/               written once, never replaced
        ├── model_card.json
        ├── cpu.tflite           the CPU model
        ├── model.tar.gz         the SavedModel for the endpoint, with its adapter
        └── gate-against-X.json  a gate that the version passed against version X, if there is one

A model folder on disk has the SavedModel as a folder instead of the archive.
"""

CARD_FILE = "model_card.json"
CPU_FILE = "cpu.tflite"
ARCHIVE_FILE = "model.tar.gz"
SAVED_MODEL_FOLDER = "saved_model"

# In the order of upload. The card is last: a version that has its card is complete.
VERSION_FILES = (CPU_FILE, ARCHIVE_FILE, CARD_FILE)

POINTER_KEY = "models/current.json"

# Names of S3 metadata of a file: the key that a deploy copied it from, and the hash of its content.
COPIED_FROM = "copied-from"
SHA256 = "sha256"


def file_key(version: str, path: str) -> str:
    return f"models/{version}/{path}"


def gate_file(against: str) -> str:
    """The name of the result of the gate against another version."""
    return f"gate-against-{against}.json"
