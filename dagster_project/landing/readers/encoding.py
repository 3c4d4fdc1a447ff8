"""Bytes to text: by byte-order mark, as UTF-8, as UTF-16 without a mark, else by detection."""

from __future__ import annotations

import codecs
import unicodedata

from charset_normalizer import from_bytes

from . import UnreadableFile

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Encodings business systems write; all others are look-alikes that win on little text.
_OLDER = ("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "shift_jis", "gb18030", "big5", "euc_kr")
_WORD_MARKS = "\u2019\u2018\u00b4\u00b7\u2013\u00ad"
_HEAD = 4096
_SAMPLE = 1 << 16


def decode(data: bytes, encoding: str | None = None) -> tuple[str, str]:
    """(text, encoding used); `encoding` declares it. UnreadableFile for binary, damaged or undecodable content."""
    chosen = encoding or _marked(data) or _detected(data)
    try:
        text = data.decode(chosen)
    except UnicodeDecodeError as error:
        raise undecodable(f"it is not {chosen} text (byte {error.start + 1})") from error
    except LookupError as error:
        raise undecodable(f"the declared encoding {chosen!r} does not exist") from error
    if "\0" in text:
        raise undecodable("it holds NUL bytes, so it is binary")
    return text, chosen


def undecodable(why: str) -> UnreadableFile:
    """The refusal of a file whose bytes are no text."""
    return UnreadableFile(
        f"the file is not readable as text: {why}", "Export it again as UTF-8 CSV, or declare its encoding."
    )


def _marked(data: bytes) -> str | None:
    return next((name for mark, name in _MARKS if data.startswith(mark)), None)


def _detected(data: bytes) -> str:
    if b"\0" in data[:_HEAD]:
        return _utf16_without_mark(data[:_HEAD])
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _older_encoding(data, error)
    return "utf-8"


def _utf16_without_mark(head: bytes) -> str:
    if head[1::2].count(0) > len(head) * 0.3:
        return "utf-16-le"
    if head[0::2].count(0) > len(head) * 0.3:
        return "utf-16-be"
    raise undecodable("it holds NUL bytes, so it is binary")


def _older_encoding(data: bytes, error: UnicodeDecodeError) -> str:
    """An older encoding; but bytes that are UTF-8 but for a few are a damaged file, not another encoding."""
    start = max(0, error.start - _SAMPLE // 2)
    sample = data[start : start + _SAMPLE]
    text = sample.decode("utf-8", errors="surrogateescape")
    bad = sum("\udc80" <= letter <= "\udcff" for letter in text)
    good = sum(letter > "\x7f" for letter in text) - bad
    if good > bad:
        line = data.count(b"\n", 0, error.start) + 1
        raise undecodable(f"it is UTF-8 with damaged bytes, the first on line {line}")
    found = from_bytes(sample, cp_isolation=list(_OLDER))
    best = found.best()
    if best is None:
        raise undecodable("no encoding fits its bytes")
    western = any("cp1252" in match.could_be_from_charset and match.chaos <= best.chaos for match in found)
    return "cp1252" if western and _reads_as_western(sample) else best.encoding


def _reads_as_western(sample: bytes) -> bool:
    """No symbol stands inside a word: on little text, detection takes look-alikes before the most common encoding."""
    letters = sample.decode("cp1252", errors="replace")
    return not any(
        inner > "\x7f" and before.isalpha() and after.isalpha() and not _fits_in_word(inner)
        for before, inner, after in zip(letters, letters[1:], letters[2:], strict=False)
    )


def _fits_in_word(letter: str) -> bool:
    return unicodedata.category(letter).startswith("L") or letter in _WORD_MARKS
