"""Refuses to promote a version that has not passed the gate against the one that answers."""

from contracts.model_pointer import ModelPointer
from release.models_bucket import StageModelsBucket
from release.stage_account import StageError


def needs_gate(
    models_bucket: StageModelsBucket, version: str, pointer: ModelPointer | None
) -> bool:
    """The first version of a stage has nothing to be compared with, one that answered before has
    been there, and one that came with a deploy was released by the authors.
    """
    if pointer is None or version in (pointer.model_version, pointer.previous):
        return False
    return not models_bucket.is_from_deploy(version)


def require_gate(models_bucket: StageModelsBucket, version: str, *, stage: str, reason: str) -> str:
    """Returns a sentence for the log where `reason` overrides the gate, else "". Raises StageError.

    The gate counts against the version that answers now: one that was passed against an earlier
    version says nothing about this one.
    """
    pointer = models_bucket.read_pointer()
    if pointer is None or not needs_gate(models_bucket, version, pointer):
        return ""
    current = pointer.model_version
    gates = models_bucket.list_gates(version, against=current)
    if any(gate["passed"] for gate in gates):
        return ""
    if reason:
        return f"without a passed gate against {current}: {reason}"
    refused = "is refused by the gate" if gates else "has not passed the gate"
    raise StageError(
        f"{version} {refused} against {current}, which answers in {stage}. Compare them: python -m "
        f"training.gate {version} --stage {stage} --data DATA. In an emergency, say why: "
        f'--without-gate "why"'
    )
