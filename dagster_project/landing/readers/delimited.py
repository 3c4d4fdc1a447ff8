"""Delimited text of any encoding, separator and line end, without guessing a type."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import polars as pl

from . import LINE, BrokenRecord, TextTable, UnreadableFile, column_names
from .encoding import decode

SEPARATORS = (",", ";", "\t", "|")
_FIELD_LIMIT = 1 << 27


def read_delimited(data: bytes, *, separator: str | None = None, encoding: str | None = None) -> TextTable:
    """Read bytes as a delimited table; raises UnreadableFile where they are none."""
    text, used = decode(data, encoding)
    eol = "\n" if "\n" in text else "\r"
    declared, skipped, text = _separator_line(text, eol)
    separator = separator or declared or find_separator(text, eol)
    lines = _lines(text, eol, skipped)
    if lines.height == 0:
        raise UnreadableFile("the file is empty", "Give it a first line with the column names.")
    if _is_one_record_per_line(lines, separator):
        frame, broken = _read_lines(lines, separator)
    else:
        frame, broken = _read_records(text, separator, skipped)
    return TextTable(_tidy(frame), tuple(broken), used)


def _separator_line(text: str, eol: str) -> tuple[str | None, int, str]:
    first, _, rest = text.partition(eol)
    declared = first.removesuffix("\r")
    if declared[:4].lower() == "sep=" and len(declared) == len("sep=;"):
        return declared[4], 1, rest
    return None, 0, text


def find_separator(text: str, eol: str) -> str:
    """The separator that splits the header into most columns; a comma where none does."""
    header = next((line for line in text.split(eol, 50) if line.strip()), "")
    counts = {item: len(next(csv.reader([header.strip("\r")], delimiter=item), [])) for item in SEPARATORS}
    return max(SEPARATORS, key=lambda item: counts[item])


def _lines(text: str, eol: str, skipped: int) -> pl.DataFrame:
    """Lines that are not blank, with their physical numbers."""
    lines = pl.DataFrame({"text": text.split(eol)}, schema={"text": pl.String}).with_columns(
        pl.col("text").str.strip_suffix("\r"),
        (pl.int_range(1, pl.len() + 1, dtype=pl.Int64) + skipped).alias(LINE),
    )
    return lines.filter(pl.col("text").str.strip_chars(" ") != "")


def _is_one_record_per_line(lines: pl.DataFrame, separator: str) -> bool:
    """True where every field is quoted whole or holds no quote, and no stray CR ends a line of its own."""
    quoted = lines["text"].filter(lines["text"].str.contains('"', literal=True))
    mark = re.escape(separator)
    field = f'(?:"(?:[^"]|"")*"|[^"{mark}]*)'
    whole = rf"^{field}(?:{mark}{field})*$"
    return not lines["text"].str.contains("\r", literal=True).any() and bool(quoted.str.contains(f"(?s){whole}").all())


def _read_lines(lines: pl.DataFrame, separator: str) -> tuple[pl.DataFrame, list[BrokenRecord]]:
    names = column_names(next(csv.reader([lines["text"][0]], delimiter=separator)))
    body = lines.slice(1).with_columns(
        (pl.col("text").str.replace_all(r'"[^"]*"', "").str.count_matches(separator, literal=True) + 1)
        .cast(pl.Int64)
        .alias("found")
    )
    good = body.filter(pl.col("found") == len(names))
    broken = [
        BrokenRecord(row[LINE], row["text"], _miscounted(row["found"], len(names)))
        for row in body.filter(pl.col("found") != len(names)).iter_rows(named=True)
    ]
    if good.height == 0:
        return pl.DataFrame(schema={**dict.fromkeys(names, pl.String), LINE: pl.Int64}), broken
    frame = pl.read_csv(
        "\n".join(good["text"]).encode(),
        has_header=False,
        new_columns=names,
        schema=dict.fromkeys(names, pl.String),
        separator=separator,
        infer_schema=False,
    )
    return frame.with_columns(good[LINE]), broken


def _miscounted(found: int, expected: int) -> str:
    return f"the record has {found} fields where the header has {expected}"


class _Lines:
    """Physical lines for the csv module, remembered until their record is complete."""

    def __init__(self, text: str) -> None:
        self._lines = iter(io.StringIO(text, newline=""))
        self.current: list[str] = []
        self.read = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.current.append(line)
        self.read += 1
        return line


def _records(text: str, separator: str, skipped: int) -> Iterator[tuple[int, list[str] | None, str]]:
    """(line, fields, text) of every record that is not blank; fields None where its quoting cannot be read."""
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        start, lines.current = lines.read + 1 + skipped, []
        record: list[str] | None
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            record = None
            if "unexpected end of data" in str(error):
                raise UnreadableFile(
                    f"the quote that opens in the record of line {start} is never closed",
                    "Close it, or double the quotes inside the text.",
                ) from error
        raw = "".join(lines.current).rstrip("\r\n")
        if raw.strip(" "):
            yield start, record, raw


def _read_records(text: str, separator: str, skipped: int) -> tuple[pl.DataFrame, list[BrokenRecord]]:
    csv.field_size_limit(_FIELD_LIMIT)
    records = _records(text, separator, skipped)
    line, header, _ = next(records)
    if header is None:
        raise UnreadableFile(f"the quotes of the header on line {line} cannot be read", "Correct the header.")
    names = column_names(header)
    good: list[list[str | int]] = []
    broken: list[BrokenRecord] = []
    for line, record, raw in records:
        if record is None:
            broken.append(BrokenRecord(line, raw, "text follows a closing quote", "quoting"))
        elif len(record) != len(names):
            broken.append(BrokenRecord(line, raw, _miscounted(len(record), len(names))))
        else:
            good.append([*record, line])
    schema = {**dict.fromkeys(names, pl.String), LINE: pl.Int64}
    return pl.DataFrame(good, schema=schema, orient="row"), broken


def _tidy(frame: pl.DataFrame) -> pl.DataFrame:
    """Empty fields as null; unnamed columns that hold nothing, the trace of trailing separators, left out."""
    frame = frame.with_columns(pl.col(pl.String).replace("", None))
    idle = [name for name in frame.columns if re.fullmatch(r"column_\d+(_\d+)?", name) and frame[name].null_count() == frame.height]
    return frame.drop(idle)
