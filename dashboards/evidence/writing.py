"""Writes an evidence file: canonical JSON, streamed, hashed, and put in its place at once.

Canonical is JSON with sorted keys, no space between tokens, UTF-8, and no number but integers. The file holds the
same with line breaks between rows, so that its hash survives any reformatting.
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, cast

HASH_KEY = "sha256"


def plain(value: Any) -> Any:
    """A value as JSON holds it: decimals and days as text, instants (naive UTC) to the microsecond with Z."""
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, datetime):
        return f"{value.isoformat(timespec='microseconds')}Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if value is None or isinstance(value, (str, bool, int)):
        return value
    raise TypeError(f"{type(value).__name__} has no exact form in JSON")


def number_text(value: Decimal) -> str:
    """The digits of a decimal, without zeros that say nothing."""
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def canonical(value: Any) -> str:
    """The one text that a value has."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def write_sections(put: Callable[[bytes], Any], sections: Mapping[str, Any]) -> str:
    """Write an object of sections and its hash; the hash.

    A section is a value, an iterator of the rows of an array, or a function that is called once its turn has come.
    Every name comes before HASH_KEY in the alphabet, so that the hash stands last.
    """
    digest = sha256()

    def write(text: str, gap: str = "") -> None:
        digest.update(text.encode())
        put((text + gap).encode())

    write("{", "\n")
    for position, name in enumerate(sorted(sections)):
        write(f"{',' if position else ''}{canonical(name)}:")
        section = sections[name]() if callable(sections[name]) else sections[name]
        if isinstance(section, Iterator):
            _write_rows(write, section)
        else:
            write(canonical(plain(section)), "\n")
    digest.update(b"}")
    put(f',"{HASH_KEY}":"{digest.hexdigest()}"}}\n'.encode())
    return digest.hexdigest()


def _write_rows(write: Callable[[str, str], None], rows: Iterator[Any]) -> None:
    write("[", "\n")
    for position, row in enumerate(rows):
        write(f"{',' if position else ''}{canonical(plain(row))}", "\n")
    write("]", "\n")


def write_file(path: Path, sections: Mapping[str, Any]) -> str:
    """Write the sections beside `path`, compressed where it ends in .gz, and move them there when done; the hash."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with ExitStack() as stack:
            raw = stack.enter_context(temporary.open("xb"))
            # No name and no time in the header: the same content is the same file.
            packed = gzip.GzipFile("", "wb", fileobj=raw, mtime=0) if path.suffix == ".gz" else None
            target = raw if packed is None else stack.enter_context(cast(BinaryIO, packed))
            digest = write_sections(target.write, sections)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return digest
