"""The npm programs of this repository, each pinned by a package-lock.json, and their installation."""
