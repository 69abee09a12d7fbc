"""TensorFlow reads the warm-up requests, and the released model answers each of them."""

from pathlib import Path
from typing import Any

import pytest
from google.protobuf import (  # type: ignore[import-untyped]
    descriptor_pb2,
    descriptor_pool,
    message_factory,
)

from cdk import serving
from sagemaker_inference import warm_up
from tests.conftest import ROOT

tf = pytest.importorskip("tensorflow", reason="requirements/training.txt is not installed")
tensor_pb2 = pytest.importorskip("tensorflow.core.framework.tensor_pb2")

_FIELD = descriptor_pb2.FieldDescriptorProto
# The messages of TensorFlow Serving's prediction_log.proto, predict.proto and model.proto that are
# used here: its package needs a whole TensorFlow of its own release.
_MESSAGES: dict[str, list[tuple[str, int, Any]]] = {
    "ModelSpec": [("name", 1, str), ("signature_name", 3, str)],
    "Input": [("key", 1, str), ("value", 2, bytes)],
    "PredictRequest": [("model_spec", 1, "ModelSpec"), ("inputs", 2, "Input")],
    "PredictLog": [("request", 1, "PredictRequest")],
    "PredictionLog": [("predict_log", 6, "PredictLog")],
}


@pytest.fixture(scope="module")
def requests(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """The PredictRequests, read by TensorFlow, which compares the checksums."""
    path = tmp_path_factory.mktemp("warm_up") / warm_up.FILE.name
    path.write_bytes(warm_up.build_requests())
    prediction_log = _prediction_log_class()
    return [
        prediction_log.FromString(record.numpy()).predict_log.request
        for record in tf.data.TFRecordDataset(str(path))
    ]


def test_there_is_a_request_up_to_the_largest_batch(requests: list[Any]) -> None:
    sizes = [_tensor(request).shape[0] for request in requests]
    assert sizes == list(warm_up.BATCH_SIZES)
    assert max(sizes) == serving.MAX_BATCH


def test_the_released_model_answers_each_request(requests: list[Any]) -> None:
    model = tf.saved_model.load(str(ROOT / "models" / "saved_model"))
    for request in requests:
        assert request.model_spec.name == "model"
        predict = model.signatures[request.model_spec.signature_name]
        [named_input] = request.inputs
        tensor = tf.constant(_tensor(request))
        answers = predict(**{named_input.key: tensor})
        assert answers["logit"].shape[0] == tensor.shape[0]


def test_a_changed_byte_is_noticed(tmp_path: Path) -> None:
    content = bytearray(warm_up.build_requests())
    content[-100] = 1
    (tmp_path / "changed").write_bytes(content)
    with pytest.raises(tf.errors.DataLossError):
        list(tf.data.TFRecordDataset(str(tmp_path / "changed")))


def _tensor(request: Any) -> Any:
    [named_input] = request.inputs
    return tf.make_ndarray(tensor_pb2.TensorProto.FromString(named_input.value))


def _prediction_log_class() -> Any:
    file = descriptor_pb2.FileDescriptorProto(name="warm_up.proto", syntax="proto3")
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for field, number, kind in fields:
            types = {str: _FIELD.TYPE_STRING, bytes: _FIELD.TYPE_BYTES}
            repeated = _FIELD.LABEL_REPEATED if field == "inputs" else _FIELD.LABEL_OPTIONAL
            message.field.add(
                name=field,
                number=number,
                label=repeated,
                type=types.get(kind, _FIELD.TYPE_MESSAGE),
                type_name=kind if isinstance(kind, str) else None,
            )
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("PredictionLog"))
