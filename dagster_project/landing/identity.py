"""What a row is called and whether it is the same as before: its key and the hash of its content."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from dagster_project.contract.model import Entity

_SEPARATOR = "/"
_SPECIAL = r"[\\/]"
# Rows hashed at once: what they need fits the processor's cache.
_AT_ONCE = 1 << 13
_MULTIPLIER = np.uint64(0xC6A4A7935BD1E995)
_SHIFT = np.uint64(47)
_WORD = 8

Numbers = npt.NDArray[np.uint64]


def row_keys(entity: Entity, text: pl.DataFrame) -> pl.Series:
    """The parts of each row's key, joined by '/'; a separator inside a part is escaped, so that ids stay apart."""
    parts = [_key_part(entity, name, text) for name in entity.key]
    return text.select(pl.concat_str(parts, separator=_SEPARATOR)).to_series()


def _key_part(entity: Entity, name: str, text: pl.DataFrame) -> pl.Expr:
    instead = entity.key_without.get(name)
    if not instead or text[name].null_count() == 0:
        return escaped(name, text)
    others = pl.concat_str([escaped(other, text) for other in instead], separator=_SEPARATOR)
    return pl.when(pl.col(name).is_null()).then(others).otherwise(escaped(name, text))


def escaped(name: str, text: pl.DataFrame) -> pl.Expr:
    """A part of a key, null as nothing."""
    part = pl.col(name)
    if text[name].null_count():
        part = part.fill_null("")
    if text[name].str.contains(_SPECIAL).any():
        part = part.str.replace_all("\\", "\\\\", literal=True).str.replace_all(_SEPARATOR, "\\/", literal=True)
    return part


def row_hashes(text: pl.DataFrame, names: list[str]) -> pl.Series:
    """16 hexadecimal digits that tell contents apart: what is given, whatever the order of the columns.

    A column that is empty, or not there, says nothing. The hash is compared among the versions of one key only, so 64
    bits are plenty; it is MurmurHash64A of the UTF-8 text, the same on every machine and in every version.
    """
    parts: list[pl.Expr] = []
    for name in sorted(names):
        label = pl.lit(f"\x1f{name}=")
        if text[name].null_count() == text.height:
            continue
        parts += [label, pl.col(name)] if text[name].null_count() == 0 else [label + pl.col(name)]
    if not parts or not text.height:
        return pl.repeat("0" * 16, text.height, dtype=pl.String, eager=True)
    content = text.select(pl.concat_str(parts, ignore_nulls=True)).to_series()
    hashed = [_murmur(content.slice(start, _AT_ONCE)) for start in range(0, content.len(), _AT_ONCE)]
    return _hexadecimal(np.concatenate(hashed))


def _murmur(content: pl.Series) -> Numbers:
    """MurmurHash64A of each text: rows in the order of their length, word by word over all rows that have it."""
    array = content.to_arrow().cast(pa.large_string())
    _, offsets_buffer, data_buffer = array.buffers()
    offsets = np.frombuffer(offsets_buffer, dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    data = np.zeros(int(offsets[-1]) + _WORD, dtype=np.uint8)
    data[: offsets[-1]] = np.frombuffer(data_buffer, dtype=np.uint8)[: offsets[-1]]
    word_at: Numbers = np.ndarray((data.size - _WORD + 1,), dtype="<u8", buffer=data, strides=(1,))
    lengths = np.diff(offsets)
    order = np.argsort(-lengths, kind="stable")
    lengths, starts = lengths[order], offsets[:-1][order]
    mixed = lengths.astype(np.uint64) * _MULTIPLIER
    words = lengths // _WORD
    for position in range(int(words[0])):
        having = int(np.searchsorted(-words, -position, side="left"))
        word = word_at[starts[:having] + _WORD * position] * _MULTIPLIER
        word = (word ^ (word >> _SHIFT)) * _MULTIPLIER
        mixed[:having] = (mixed[:having] ^ word) * _MULTIPLIER
    rest = (lengths % _WORD).astype(np.uint64)
    tail = word_at[starts + _WORD * words] & ((np.uint64(1) << (rest * np.uint64(8))) - np.uint64(1))
    mixed = np.where(rest > 0, (mixed ^ tail) * _MULTIPLIER, mixed)
    mixed = (mixed ^ (mixed >> _SHIFT)) * _MULTIPLIER
    found = np.empty_like(mixed)
    found[order] = mixed ^ (mixed >> _SHIFT)
    return found


def _hexadecimal(numbers: Numbers) -> pl.Series:
    digits = numbers.astype(">u8").tobytes().hex().encode()
    offsets = np.arange(0, len(digits) + 1, 2 * _WORD, dtype=np.int64)
    texts = pa.LargeStringArray.from_buffers(len(numbers), pa.py_buffer(offsets), pa.py_buffer(digits))
    return pl.Series(values=texts, dtype=pl.String)


def is_keyed_once(keys: pl.Series) -> bool:
    """True where no key stands twice; numbers are compared, since texts would take seven times as long."""
    return keys.hash().n_unique() == keys.len()
