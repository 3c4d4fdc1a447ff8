"""What is read in one step is read as it would be line by line, and hashed as the published algorithm says."""

from __future__ import annotations

import random

import polars as pl
import pytest

from dagster_project.contract.model import load_contract
from dagster_project.landing.casting import FILE, TYPED, Reading, cast_field, usual_fields
from dagster_project.landing.identity import row_hashes
from dagster_project.landing.readers import LINE
from dagster_project.landing.readers.delimited import read_delimited
from dagster_project.landing.readers.plain import read_plain

MULTIPLIER, ALL_BITS = 0xC6A4A7935BD1E995, (1 << 64) - 1


def murmur(text: str) -> str:
    """MurmurHash64A with the seed 0, byte by byte as it was published."""
    data = text.encode()
    mixed = len(data) * MULTIPLIER & ALL_BITS
    whole = len(data) // 8 * 8
    for start in range(0, whole, 8):
        word = int.from_bytes(data[start : start + 8], "little") * MULTIPLIER & ALL_BITS
        word = (word ^ word >> 47) * MULTIPLIER & ALL_BITS
        mixed = (mixed ^ word) * MULTIPLIER & ALL_BITS
    if data[whole:]:
        mixed = (mixed ^ int.from_bytes(data[whole:], "little")) * MULTIPLIER & ALL_BITS
    mixed = (mixed ^ mixed >> 47) * MULTIPLIER & ALL_BITS
    return f"{mixed ^ mixed >> 47:016x}"


def test_a_row_hash_is_the_published_hash_of_the_named_values():
    chance = random.Random(7)
    texts = ["".join(chance.choices("ab 1/€é𝄞", k=chance.randrange(1, 40))) for _ in range(20_000)]
    frame = pl.DataFrame({"note": texts, "id": [str(number) for number in range(len(texts))]})
    expected = [murmur(f"\x1fid={number}\x1fnote={text}") for number, text in enumerate(texts)]
    assert row_hashes(frame, ["note", "id"]).to_list() == expected


def test_an_empty_column_says_nothing_and_one_empty_value_neither():
    full = pl.DataFrame({"a": ["1", "2"], "b": ["x", None], "c": pl.Series([None, None], dtype=pl.String)})
    assert row_hashes(full, ["c", "b", "a"]).to_list() == [murmur("\x1fa=1\x1fb=x"), murmur("\x1fa=2")]


@pytest.mark.parametrize(
    ("entity", "name", "values", "odd"),
    [
        ("order_lines", "unit_price", ["12", "-3.50", "000012", "0.000001", "123456789012.123456", None], "+1"),
        ("order_schedule_lines", "requested_date", ["2024-02-29", "0001-01-01", "9999-12-31", None], "31/01/2026"),
        ("orders", "received_at", ["2026-01-31T08:00:00Z", "2026-01-31 23:59:59.000001Z", None], "2026-01-31"),
        ("deliveries", "documents_ok", ["true", "false", None], "yes"),
    ],
)
def test_a_column_reads_the_same_whether_or_not_one_of_its_values_is_unusual(entity, name, values, odd):
    usual, mixed = (typed(entity, name, given) for given in (values, [*values, odd]))
    assert mixed[: len(values)] == usual
    assert None not in usual[:-1]


def typed(entity: str, name: str, values: list[str | None]) -> list[object]:
    text = pl.DataFrame({name: pl.Series(values, dtype=pl.String)}).with_columns(pl.lit("f").alias(FILE))
    field, reading = load_contract().entity(entity).by_name[name], Reading()
    cast = cast_field(field, text, reading, is_usual=bool(usual_fields([field], text, reading)))
    frame = text.with_columns(expression.alias(TYPED + column) for column, expression in cast.columns.items())
    return frame[TYPED + name].to_list()


@pytest.mark.parametrize("text", ["2026-02-29", "2026-13-01"])
def test_a_day_that_does_not_exist_is_none_in_a_usual_column_too(text: str):
    assert typed("order_schedule_lines", "requested_date", ["2026-01-01", text])[1] is None
    assert typed("orders", "received_at", ["2026-01-01T00:00:00Z", f"{text}T00:00:00Z"])[1] is None


LINES = ["1,x", "2,", " 3 ,NULL", ",", "é,€", "007,1E5"]


@pytest.mark.parametrize("eol", ["\n", "\r\n"])
@pytest.mark.parametrize("end", ["", "eol"])
def test_a_table_without_quotes_is_read_as_it_is_line_by_line(eol: str, end: str):
    plain = eol.join(["a,b", *LINES]) + (eol if end else "")
    frame = read_delimited(plain.encode()).frame
    quoted = read_delimited((plain + ("" if end else eol) + '"q",r').encode()).frame
    assert frame.rows() == quoted.head(len(LINES)).rows()
    assert frame[LINE].to_list() == list(range(2, len(LINES) + 2))


@pytest.mark.parametrize(
    "data", [b"a,b\n1,2,3\n4\n", b"a,b\n1,2\n\n3,4\n", b"a,b\n1\n", b'a,b\n1,"2"\n', b"a,b,\n1,2,\n", b"a\n1\n"]
)
def test_what_is_not_certain_is_left_to_the_reader_of_lines(data: bytes):
    assert read_plain(data, ",", lambda names: (names, names[-1] == "")) is None
