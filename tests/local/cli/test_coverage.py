"""The coverage of branches is that of each unit, and no other."""

import pytest

from local.cli.coverage import compute_branch_coverage


def test_a_unit_has_the_share_of_its_own_branches() -> None:
    def file(covered: int, branches: int) -> dict[str, dict[str, int]]:
        return {"summary": {"covered_branches": covered, "num_branches": branches}}

    files = {
        "contracts/a.py": file(3, 4),
        "contracts/b.py": file(0, 4),
        "lambdas/api/c.py": file(2, 2),
        "screening/d.py": file(1, 10),
        "storage/e.py": file(0, 1),
        "ui/f.py": file(0, 9),
    }
    assert dict(compute_branch_coverage(files)) == pytest.approx(
        {"contracts": 37.5, "lambdas": 100.0, "screening": 10.0, "storage": 0.0}
    )
