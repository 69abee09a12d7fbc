"""Which function may do what on which bucket, key, secret and endpoint: named actions only."""

from collections.abc import Sequence

from aws_cdk import aws_secretsmanager as secretsmanager

from cdk.data_stack import DataStack
from cdk.endpoint import Endpoint
from cdk.functions import Functions
from contracts.canary import CANARY_ID_PREFIX


def grant_rights(
    functions: Functions,
    *,
    data: DataStack,
    redis_secrets: Sequence[secretsmanager.ISecret],
    endpoint: Endpoint | None,
) -> None:
    """Grants what `tests/iam` records that each function calls, and nothing else."""
    api, screening = functions.api, functions.screening
    refill_cache, release_model = functions.refill_cache, functions.release_model
    delete_radiograph, drift = functions.delete_radiograph, functions.drift
    facts, images, models = data.buckets.facts, data.buckets.images, data.buckets.models
    incoming = images.arn_for_objects("incoming/*")
    radiographs = images.arn_for_objects("radiographs/*")
    identity = images.arn_for_objects("radiographs/*/identity.json")
    lists = images.arn_for_objects("lists/*")
    progress = images.arn_for_objects("lists/progress/*")
    search = images.arn_for_objects("index/*")
    search_progress = images.arn_for_objects("index/*/progress.json")

    if endpoint:
        screening.allow("sagemaker:InvokeEndpoint", on=[endpoint.arn])
    # S3 requests a data key under our key for each object that is put.
    for function in (api, screening, refill_cache, drift, release_model, delete_radiograph):
        function.allow("kms:GenerateDataKey", on=[data.keys.data.key_arn])
    # Without the right to list, S3 answers 403 for a key that does not exist, instead of 404.
    for function in (api, screening, refill_cache, drift):
        function.allow("s3:ListBucket", on=[facts.bucket_arn, images.bucket_arn])
    delete_radiograph.allow("s3:ListBucket", on=[facts.bucket_arn, images.bucket_arn])
    delete_radiograph.allow("s3:GetObject", "s3:PutObject", on=[identity])
    delete_radiograph.allow("s3:GetObject", "s3:PutObject", on=[facts.arn_for_objects("facts/*")])
    # The canary's facts are locked for a day, not for the years of the bucket's own retention.
    canary_facts = facts.arn_for_objects(f"facts/{CANARY_ID_PREFIX}*")
    for function in (api, screening, delete_radiograph):
        function.allow("s3:PutObjectRetention", on=[canary_facts])
    for function in (api, screening):
        function.allow("s3:GetObject", "s3:PutObject", on=[facts.arn_for_objects("facts/*")])
        function.allow("s3:GetObject", on=[facts.arn_for_objects("sites/*")])
        function.allow("s3:GetObject", on=[models.arn_for_objects("models/*")])
        function.allow("s3:ListBucket", on=[models.bucket_arn])
    # An administrator of the site writes its settings; the screening function only the first ones.
    for path in ("accounts/*", "index/*", "logins/*", "sites/*", "views/*"):
        api.allow("s3:PutObject", on=[facts.arn_for_objects(path)])
    screening.allow("s3:PutObject", on=[facts.arn_for_objects("sites/*/000001.json")])
    api.allow("s3:GetObject", on=[radiographs])
    api.allow("s3:PutObject", on=[incoming, identity])
    api.allow("s3:GetObject", on=[progress, search_progress])
    api.allow("s3:PutObject", "s3:DeleteObject", on=[lists])
    screening.allow("s3:GetObject", "s3:PutObject", on=[radiographs])
    screening.allow("s3:PutObject", on=[lists, search])
    screening.allow("s3:DeleteObject", on=[search])
    screening.allow("s3:GetObjectVersion", on=[incoming])
    screening.allow("s3:ListBucketVersions", on=[images.bucket_arn])
    # What is uploaded for a film that is deleted.
    screening.allow("s3:DeleteObjectVersion", on=[incoming])
    # The right to delete is that function's, and the API's only to call it.
    api.allow("lambda:InvokeFunction", on=[delete_radiograph.function.function_arn])
    api.allow("lambda:InvokeFunction", on=[functions.accounts.function.function_arn])
    functions.accounts.allow(
        "cognito-idp:AdminAddUserToGroup",
        "cognito-idp:AdminCreateUser",
        "cognito-idp:AdminDisableUser",
        "cognito-idp:AdminEnableUser",
        "cognito-idp:AdminGetUser",
        "cognito-idp:AdminListGroupsForUser",
        "cognito-idp:AdminRemoveUserFromGroup",
        "cognito-idp:ListUsersInGroup",
        on=[data.login.pool.user_pool_arn],
    )
    _grant_canary(functions, data)
    api.allow("s3:GetObject", on=[facts.arn_for_objects("accounts/*")])
    delete_radiograph.allow("s3:ListBucketVersions", on=[images.bucket_arn])
    delete_radiograph.allow("s3:DeleteObjectVersion", on=[incoming, radiographs, lists, search])
    refill_cache.allow("s3:GetObject", on=[facts.arn_for_objects("facts/*"), radiographs])
    refill_cache.allow("s3:GetObject", on=[progress, search_progress])
    refill_cache.allow("s3:PutObject", on=[identity, lists, search])
    refill_cache.allow("s3:DeleteObject", on=[lists, search])
    drift.allow("s3:GetObject", on=[facts.arn_for_objects("facts/*"), identity])
    # The copy of a record beside the identity goes where the facts cannot be read.
    drift.allow("s3:PutObject", on=[identity])
    drift.allow("s3:GetObject", "s3:PutObject", on=[facts.arn_for_objects("drift/*")])
    release_model.allow("s3:GetObject", "s3:PutObject", on=[models.arn_for_objects("models/*")])
    release_model.allow("s3:ListBucket", on=[models.bucket_arn])
    redis_arns = [secret.secret_arn for secret in redis_secrets]
    for function in (api, screening, refill_cache, delete_radiograph):
        arns = [*redis_arns, data.search_key.secret_arn]
        function.allow("secretsmanager:GetSecretValue", on=arns)
    drift.allow("secretsmanager:GetSecretValue", on=redis_arns)
    page_secrets = [data.session_secret.secret_arn, data.page_key.secret_arn]
    functions.page.allow("secretsmanager:GetSecretValue", on=page_secrets)


def _grant_canary(functions: Functions, data: DataStack) -> None:
    """The canary logs in as a person does; only the other function may create its account."""
    canary, registration = functions.canary, functions.registration
    secret, page_key = data.canary_secret.secret_arn, data.page_key.secret_arn
    pool = data.login.pool.user_pool_arn
    for function in (canary, registration):
        function.allow(
            "cognito-idp:AdminInitiateAuth", "cognito-idp:AdminRespondToAuthChallenge", on=[pool]
        )
    canary.allow("secretsmanager:GetSecretValue", on=[secret, page_key])
    canary.allow("lambda:InvokeFunction", on=[registration.function.function_arn])
    registration.allow(
        "cognito-idp:AdminAddUserToGroup",
        "cognito-idp:AdminCreateUser",
        "cognito-idp:AdminDeleteUser",
        on=[pool],
    )
    registration.allow("secretsmanager:PutSecretValue", on=[secret])
    registration.allow("kms:GenerateDataKey", on=[data.keys.data.key_arn])
