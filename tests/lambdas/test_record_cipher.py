"""Records in Redis are encrypted, and what cannot be decrypted counts as absent."""

import pytest

from contracts import keys
from lambdas import clients
from lambdas.api.services import services
from lambdas.record_cipher import RecordCipher
from tests.lambdas.calls import Api, Aws


@pytest.fixture
def cipher(aws: Aws) -> RecordCipher:
    return RecordCipher(clients.secrets(), "record-key")


def test_a_text_comes_back_and_is_not_in_the_entry(cipher: RecordCipher) -> None:
    entry = cipher.encrypt("Müller^Anna")
    assert cipher.decrypt(entry) == "Müller^Anna"
    assert "Anna" not in entry
    assert cipher.encrypt("Müller^Anna") != entry


@pytest.mark.parametrize("entry", ["", "{}", "gAAAAA=="])
def test_another_text_is_refused(cipher: RecordCipher, entry: str) -> None:
    with pytest.raises(ValueError, match="not encrypted with this key"):
        cipher.decrypt(entry)


def test_after_a_rotation_the_facts_are_read(aws: Aws, api: Api) -> None:
    radiograph = api.create(file_name="thorax.png")
    clients.secrets().put_secret_value(SecretId="record-key", SecretString="the next secret")
    services.cache_clear()
    assert services().cache.read_record(radiograph) is None
    assert api("GET", f"/radiographs/{radiograph}")[1]["file_name"] == "thorax.png"
    assert services().cache.read_record(radiograph) is not None


def test_without_the_key_redis_counts_as_away(aws: Aws, api: Api) -> None:
    radiograph = api.create(file_name="thorax.png")
    stored = aws.redis.hget(keys.redis_radiograph(radiograph), "entry")
    clients.secrets().delete_secret(SecretId="record-key", ForceDeleteWithoutRecovery=True)
    services.cache_clear()
    assert api("GET", f"/radiographs/{radiograph}")[1]["file_name"] == "thorax.png"
    assert not services().cache.available
    assert aws.redis.hget(keys.redis_radiograph(radiograph), "entry") == stored
