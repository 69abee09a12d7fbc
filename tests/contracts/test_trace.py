"""The id of a trace is X-Ray's root and nothing else that a caller may send."""

import pytest

from contracts.trace import (
    VARIABLE,
    draw_trace_id,
    parse_trace_id,
    read_trace_header,
    read_trace_id,
)

ROOT_ID = "1-67891233-abcdef012345678912345678"


@pytest.mark.parametrize(
    "header",
    [
        f"Root={ROOT_ID}",
        f"Root={ROOT_ID};Parent=53995c3f42cd8ad8;Sampled=1;Lineage=1:a87bd80c:1",
        f"Self=1-67891234-12456789abcdef012345678;Root={ROOT_ID}",
        f"Parent=53995c3f42cd8ad8; Root={ROOT_ID} ;Sampled=0",
    ],
)
def test_the_root_is_read_wherever_it_stands(header: str) -> None:
    assert parse_trace_id(header) == ROOT_ID
    assert read_trace_id({VARIABLE: header}) == ROOT_ID
    assert read_trace_header({VARIABLE: header}) == header


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Root=",
        f"NoRoot={ROOT_ID}",
        f"Root={ROOT_ID}0",
        "Root=1-6789-miller",
        f"Root={ROOT_ID}\nx",
    ],
)
def test_what_is_no_root_is_no_id(header: str) -> None:
    assert parse_trace_id(header) == ""
    assert read_trace_id({VARIABLE: header}) == read_trace_header({VARIABLE: header}) == ""


def test_without_a_runtime_there_is_none() -> None:
    assert (read_trace_id({}), read_trace_header({})) == ("", "")


def test_a_new_id_has_the_same_form_and_is_another_one() -> None:
    first, second = draw_trace_id(), draw_trace_id()
    assert first != second
    assert parse_trace_id(f"Root={first}") == first
