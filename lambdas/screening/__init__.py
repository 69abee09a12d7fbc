"""The screening function: from uploaded files to answers, in batches from the queue.

May import `contracts`, `screening`, `storage` and the stores of `lambdas`.
"""
