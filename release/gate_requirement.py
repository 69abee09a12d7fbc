"""Refuses to promote a version that has not passed the gate against the one that answers."""

from release.models_bucket import StageModelsBucket
from release.stage_account import StageError


def require_gate(models_bucket: StageModelsBucket, version: str, *, stage: str, reason: str) -> str:
    """Returns a sentence for the log where `reason` overrides the gate, else "". Raises StageError.

    The gate counts against the version that answers now: one that was passed against an earlier
    version says nothing about this one.
    """
    current = _find_version_to_beat(models_bucket, version)
    gates = models_bucket.list_gates(version, against=current) if current else []
    if current is None or any(gate["passed"] for gate in gates):
        return ""
    if reason:
        return f"without a passed gate against {current}: {reason}"
    refused = "is refused by the gate" if gates else "has not passed the gate"
    raise StageError(
        f"{version} {refused} against {current}, which answers in {stage}. Compare them: python -m "
        f"training.gate {version} --stage {stage} --data DATA. In an emergency, say why: "
        f'--without-gate "why"'
    )


def _find_version_to_beat(models_bucket: StageModelsBucket, version: str) -> str | None:
    """The version that answers. None for the first version of a stage, for one that answered
    before, and for one that came with a deploy, which the authors have released.
    """
    pointer = models_bucket.read_pointer()
    if pointer is None or version in (pointer.model_version, pointer.previous):
        return None
    return None if models_bucket.is_from_deploy(version) else pointer.model_version
