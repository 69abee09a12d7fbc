"""The npm programs of this repository: a pinned package-lock.json for each, and the installer."""
