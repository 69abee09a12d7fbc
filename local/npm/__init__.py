"""The npm programs of this repository: a pinned package-lock.json for each, and the installer.

`film-decoder/` pins what `bundles.film_decoder` builds for the page.

To change a version, edit the package.json and run, in its folder,
`npm install --package-lock-only --omit-lockfile-registry-resolved`.
"""
