"""Makes a data set of the reviewed films of a stage, and takes deleted films out of it again.

May import `contracts`, `release`, `screening`, `storage` and `training`. The command is
`python -m training.collect`.
"""
