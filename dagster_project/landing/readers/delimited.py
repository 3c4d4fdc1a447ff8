"""Delimited text of any encoding, separator and line end, without guessing a type."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence

import polars as pl
from charset_normalizer import from_bytes

from . import LINE, BrokenRecord, TextTable, UnreadableFile
from .plain import first_line, read_plain

SEPARATORS = (",", ";", "\t", "|")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 1 << 18
_LATIN = frozenset(
    {"cp1250", "cp1252", "cp1254", "cp1257", "cp437", "cp775", "cp850", "cp852", "cp858", "latin_1", "mac_roman"}
    | {"mac_latin2", "hp_roman8", "cp1140", "cp273", "cp500", "iso8859_2", "iso8859_3", "iso8859_4", "iso8859_9"}
    | {
        "iso8859_10",
        "iso8859_13",
        "iso8859_14",
        "iso8859_15",
        "iso8859_16",
        "cp037",
        "cp860",
        "cp861",
        "cp863",
        "cp865",
    }
)


def read_delimited(
    data: bytes, *, separator: str | None = None, encoding: str | None = None, header: Sequence[str] = ()
) -> TextTable:
    """Read bytes as a delimited table; raises UnreadableFile where they are none.

    `header`: the columns of a table that may come without a header line; a first line that names them is one.
    """
    if encoding is None and not header and (table := _plain(data, separator)) is not None:
        return table
    text = decode(data, encoding)
    eol = "\n" if "\n" in text else "\r"
    declared, skipped, text = _separator_line(text, eol)
    separator = separator or declared or find_separator(text, eol)
    if header and not _names_columns(text, eol, separator, header):
        # A line of its own for the header keeps the readers one; line numbers are put right by one line less.
        text, skipped = separator.join(header) + eol + text, skipped - 1
    if _is_simple(text, eol):
        return _read_simple(text, eol, separator, skipped)
    return _read_quoted(text, separator, skipped)


def _names_columns(text: str, eol: str, separator: str, header: Sequence[str]) -> bool:
    first = next(csv.reader([text.partition(eol)[0].strip("\r\ufeff")], delimiter=separator), [])
    return [name.strip() for name in first] == list(header)


def _plain(data: bytes, separator: str | None) -> TextTable | None:
    return read_plain(data, separator or find_separator(first_line(data), "\n"), _header)


def decode(data: bytes, encoding: str | None = None) -> str:
    """Bytes to text: by BOM, as UTF-8, as UTF-16 without BOM, else by detection; UnreadableFile for binary content."""
    if encoding is None:
        encoding = next((name for bom, name in _BOMS if data.startswith(bom)), None)
    if encoding is None and b"\0" in data[:4096]:
        encoding = _utf16_without_bom(data)
    try:
        text = data.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        if encoding is not None:
            raise _undecodable(f"it is not {encoding} text (byte {error.start})") from error
        text = _detected(data, error)
    except LookupError as error:
        raise _undecodable(f"the declared encoding {encoding!r} does not exist") from error
    if "\0" in text:
        raise _undecodable("it holds NUL bytes, so it is binary")
    return text


def _detected(data: bytes, error: UnicodeDecodeError) -> str:
    """Text that is not UTF-8. Detectors confuse the Latin code pages: among those, Windows-1252 is the usual one."""
    loose = data.decode("utf-8", "replace")
    damaged = loose.count("\ufffd")
    if sum(1 for character in loose if character > "\x7f") - damaged >= damaged:
        line = data[: error.start].count(b"\n") + 1
        raise _undecodable(f"it is UTF-8 but damaged at byte {error.start} (line {line})")
    best = from_bytes(data[:_SAMPLE]).best()
    if best is None:
        raise _undecodable("no encoding fits its bytes") from error
    for name in ("cp1252", best.encoding) if best.encoding in _LATIN else (best.encoding,):
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    raise _undecodable(f"it looks like {best.encoding}, and is not") from error


def _utf16_without_bom(data: bytes) -> str:
    head = data[:4096]
    if head[1::2].count(0) > len(head) * 0.3:
        return "utf-16-le"
    if head[0::2].count(0) > len(head) * 0.3:
        return "utf-16-be"
    raise _undecodable("it holds NUL bytes, so it is binary")


def _undecodable(why: str) -> UnreadableFile:
    return UnreadableFile(
        f"the file is not readable as text: {why}", "Export it again as UTF-8 CSV, or declare its encoding."
    )


def _separator_line(text: str, eol: str) -> tuple[str | None, int, str]:
    first, _, rest = text.partition(eol)
    line = first.strip("\r\n ")
    if line.lower().startswith("sep=") and len(line) == 5:
        return line[4], 1, rest
    return None, 0, text


def find_separator(text: str, eol: str) -> str:
    """The separator that splits the header into most columns; a comma where none does."""
    header = next((line for line in text.split(eol, 50) if line.strip()), "")
    counts = {item: len(next(csv.reader([header.strip("\r")], delimiter=item), [])) for item in SEPARATORS}
    return max(SEPARATORS, key=lambda item: counts[item])


def _is_simple(text: str, eol: str) -> bool:
    """True where no quote is used, so that every line end ends a record and every separator a field."""
    return '"' not in text and (eol == "\r" or "\r" not in text.replace("\r\n", ""))


def _header(names: list[str]) -> tuple[list[str], bool]:
    """Column names, and whether the header ends with a separator that every record then may end with too."""
    cleaned = [name.strip().lstrip("\ufeff") for name in names]
    ends_open = len(cleaned) > 1 and not cleaned[-1]
    if ends_open:
        cleaned.pop()
    if not any(cleaned):
        raise UnreadableFile("the file has no header line", "Give it a first line with the column names.")
    doubles = sorted({name for name in cleaned if name and cleaned.count(name) > 1})
    if doubles:
        raise UnreadableFile(f"the header names {', '.join(doubles)} more than once", "Name every column once.")
    reserved = sorted(name for name in cleaned if name.startswith("__"))
    if reserved:
        raise UnreadableFile(f"the header uses the reserved name {', '.join(reserved)}", "Rename the column.")
    return [name or f"column_{position}" for position, name in enumerate(cleaned, 1)], ends_open


def _read_simple(text: str, eol: str, separator: str, skipped: int) -> TextTable:
    lines = pl.DataFrame({"text": text.split(eol)}, schema={"text": pl.String}).with_columns(
        pl.col("text").str.strip_suffix("\r"),
        (pl.int_range(1, pl.len() + 1, dtype=pl.Int64) + skipped).alias(LINE),
    )
    lines = lines.filter(pl.col("text").str.strip_chars(" ") != "")
    if lines.height == 0:
        raise UnreadableFile("the file is empty", "Give it a first line with the column names.")
    names, ends_open = _header(lines["text"][0].split(separator))
    body = lines.slice(1).with_columns(pl.col("text").str.split(separator).alias("fields"))
    body = body.with_columns(pl.col("fields").list.len().cast(pl.Int64).alias("found"))
    trailing = pl.lit(ends_open) & (pl.col("found") == len(names) + 1) & (pl.col("fields").list.last() == "")
    fits = (pl.col("found") == len(names)) | trailing
    good = body.filter(fits)
    columns = [pl.col("fields").list.get(position, null_on_oob=True).alias(name) for position, name in enumerate(names)]
    frame = good.select(*columns, pl.col(LINE)).with_columns(_empty_is_null(names))
    broken = tuple(
        BrokenRecord.of_count(row[LINE], row["text"], row["found"], len(names))
        for row in body.filter(~fits).iter_rows(named=True)
    )
    return TextTable(frame, broken)


def _empty_is_null(names: list[str]) -> list[pl.Expr]:
    return [pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in names]


def _records(text: str, separator: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    """Records with the physical line they start on; a lone CR inside quotes stays what it is."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    start = 1
    while True:
        try:
            record = next(reader, None)
        except csv.Error as error:
            raise UnreadableFile(
                f"line {start + skipped} cannot be read as a record: {error}",
                "Close the quote that opens on that line, or double the quotes inside it.",
            ) from error
        if record is None:
            return
        if record:
            yield start + skipped, record
        start = reader.line_num + 1


def _read_quoted(text: str, separator: str, skipped: int) -> TextTable:
    csv.field_size_limit(1 << 27)
    records = _records(text, separator, skipped)
    first = next(records, None)
    if first is None:
        raise UnreadableFile("the file is empty", "Give it a first line with the column names.")
    names, ends_open = _header(first[1])
    width = len(names)
    good: list[list[str | int | None]] = []
    broken: list[BrokenRecord] = []
    for line, record in records:
        if ends_open and len(record) == width + 1 and record[-1] == "":
            record = record[:-1]
        if len(record) != width:
            broken.append(BrokenRecord.of_count(line, separator.join(record), len(record), width))
        else:
            good.append([value or None for value in record] + [line])
    schema = {**dict.fromkeys(names, pl.String), LINE: pl.Int64}
    frame = pl.DataFrame(good, schema=schema, orient="row") if good else pl.DataFrame(schema=schema)
    return TextTable(frame, tuple(broken))
