import codecs
import gzip
import io
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from dagster_project.landing.readers import LINE, UnreadableFile
from dagster_project.landing.readers.delimited import read_delimited
from dagster_project.landing.readers.files import read_table, table_name
from dagster_project.landing.readers.parquet import read_parquet

TEXT = "id,name\n1,Müller\n2,Łódź\n"


def rows(data: bytes | str, **told: str) -> list[tuple[str | int | None, ...]]:
    return read_delimited(data.encode() if isinstance(data, str) else data, **told).frame.rows()


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.encode("utf-32"),
    ],
)
def test_unicode_is_read_with_and_without_a_mark(data: bytes):
    assert rows(data) == [("1", "Müller", 2), ("2", "Łódź", 3)]


def test_a_declared_encoding_is_used():
    assert rows("id,name\n1,Łódź\n".encode("cp1250"), encoding="cp1250") == [("1", "Łódź", 2)]


def test_an_undeclared_older_encoding_is_detected():
    assert rows("id,name\n1,Müller\n".encode("cp1252")) == [("1", "Müller", 2)]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found_in_the_header(separator: str):
    assert rows(f"a{separator}b\n1{separator}2\n") == [("1", "2", 2)]


def test_a_sep_line_declares_the_separator_and_keeps_physical_lines():
    assert rows("sep=;\na;b\n1,5;2\n") == [("1,5", "2", 3)]


@pytest.mark.parametrize("eol", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("value", ["x", '"x"'])
def test_every_line_end_is_read(eol: str, value: str):
    assert rows(eol.join(["a,b", f"1,{value}", f"2,{value}"])) == [("1", "x", 2), ("2", "x", 3)]


def test_a_quoted_newline_stays_in_its_field_and_lines_stay_physical():
    assert rows('a,b\n1,"x\ny"\n2,z\n') == [("1", "x\ny", 2), ("2", "z", 4)]


def test_a_lone_cr_inside_quotes_is_kept():
    assert rows('a,b\n1,"x\ry"\n2,z\n') == [("1", "x\ry", 2), ("2", "z", 4)]


@pytest.mark.parametrize("value", ["x", '"x"'])
def test_blank_lines_are_skipped_and_counted(value: str):
    assert rows(f"a,b\n\n1,{value}\n\n\n2,{value}\n") == [("1", "x", 3), ("2", "x", 6)]


@pytest.mark.parametrize("value", ["x", '"x"'])
def test_rows_with_too_few_or_too_many_fields_are_told_apart(value: str):
    table = read_delimited(f"a,b\n1,{value}\n2\n3,{value},y\n".encode())
    assert table.frame.rows() == [("1", "x", 2)]
    assert [(item.line, item.message) for item in table.broken] == [
        (3, "the record has 1 fields where the header has 2"),
        (4, "the record has 3 fields where the header has 2"),
    ]
    assert table.records == 3


def test_only_the_empty_field_is_missing():
    assert rows("a,b,c,d\nNA,,NULL,nan\n") == [("NA", None, "NULL", "nan", 2)]


def test_an_inch_mark_inside_a_field_is_text():
    assert rows('a,b\n1,5" pipe\n') == [("1", '5" pipe', 2)]


def test_a_header_alone_is_a_good_file():
    table = read_delimited(b"a,b\n")
    assert (table.columns, table.records) == (["a", "b"], 0)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b",,\n1,2,3\n", "no header"),
        (b"a,b,a\n1,2,3\n", "names a more than once"),
        (b"PK\x03\x04\x00\x00\x08\x00\x01\x02\x03", "binary"),
    ],
)
def test_a_file_without_a_usable_header_is_refused(data: bytes, why: str):
    with pytest.raises(UnreadableFile, match=why) as refusal:
        read_delimited(data)
    assert refusal.value.remedy


def test_a_wrong_declared_encoding_is_refused():
    with pytest.raises(UnreadableFile, match="not utf-8 text"):
        read_delimited(b"a\n\xff\n", encoding="utf-8")
    with pytest.raises(UnreadableFile, match="does not exist"):
        read_delimited(b"a\n1\n", encoding="klingon")


def test_gzip_is_opened_and_a_damaged_one_refused():
    data = gzip.compress(b"a,b\n1,2\n")
    assert read_table(Path("x.csv.gz"), data).frame.rows() == [("1", "2", 2)]
    with pytest.raises(UnreadableFile, match="gzip"):
        read_table(Path("x.csv.gz"), data[:-9])


def test_a_name_tells_the_reader():
    assert table_name(Path("orders.TSV.gz")) == ("orders", ".tsv")
    assert table_name(Path("orders.xlsx")) is None


def test_parquet_becomes_faithful_text_with_row_numbers():
    frame = pl.DataFrame(
        {
            "id": ["007", ""],
            "at": pl.Series([datetime(2026, 1, 31, 8, tzinfo=UTC), None], dtype=pl.Datetime("ms", "UTC")),
            "day": [date(2026, 1, 31), None],
            "ok": [True, False],
            "price": [19.99, None],
        }
    )
    table = read_parquet(_bytes(frame))
    assert table.frame.rows() == [
        ("007", "2026-01-31T08:00:00.000000Z", "2026-01-31", "true", "19.99", 1),
        (None, None, None, "false", None, 2),
    ]
    assert LINE not in table.columns


def test_nested_parquet_and_other_bytes_are_refused():
    with pytest.raises(UnreadableFile, match="nested"):
        read_parquet(_bytes(pl.DataFrame({"a": [[1, 2]]})))
    with pytest.raises(UnreadableFile, match="not readable as Parquet"):
        read_parquet(b"a,b\n1,2\n")


def _bytes(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()
