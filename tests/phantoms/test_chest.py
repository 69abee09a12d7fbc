"""What is drawn once for all callers cannot be changed by one of them."""

from collections.abc import Callable
from typing import Any

import pytest
from numpy.typing import NDArray

from phantoms import chest


@pytest.mark.parametrize("draw", [chest.draw_phantom, chest._bones])
def test_a_cached_array_is_read_only(draw: Callable[[], NDArray[Any]]) -> None:
    with pytest.raises(ValueError, match="read-only"):
        draw()[0, 0] = 1
