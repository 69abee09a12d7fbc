"""What all units agree on: facts, the record folded from them, API messages, storage keys, limits,
metric names and the texts that people read.

Values and pure functions: no input or output, no settings. May import cattrs, and only in
`contracts.serialisation`.
"""
