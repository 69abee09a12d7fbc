"""The backend's verbs: one handler per file.

`store` knows facts and pictures in S3, `cache` knows Redis, `models` knows the models bucket,
`predictor` chooses who answers.
"""
