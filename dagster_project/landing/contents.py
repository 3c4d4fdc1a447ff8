"""What a batch holds: the bytes of its files, and the hash by which it is known again."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from dagster_project.errors import UsageError

from .sources import SourceBatch, SourceFile

_LEDGER_DIGITS = 16


class Content(NamedTuple):
    """A file's bytes and their SHA-256."""

    item: SourceFile
    data: bytes
    digest: str


def read_content(item: SourceFile) -> Content:
    """A file as it is now; UsageError where it cannot be read."""
    try:
        data = item.path.read_bytes()
    except OSError as error:
        raise UsageError(f"The file {item.path} cannot be read: {error.strerror}.", "Check its permissions.") from error
    return Content(item, data, sha256(data).hexdigest())


def batch_identity(batch: SourceBatch, contents: Sequence[Content]) -> str:
    """Hash of what the batch holds and when it was extracted; file names do not matter."""
    parts = [batch.source_system, str(batch.extracted_at), ",".join(sorted(batch.full))]
    parts += sorted(f"{'+'.join(item.counted_as) or item.role} {digest}" for item, _, digest in contents)
    return sha256("\n".join(parts).encode()).hexdigest()


def ledger_name(identity: str) -> str:
    """What the ledger calls a batch of this identity."""
    return identity[:_LEDGER_DIGITS]


def ledger_name_of(batch: SourceBatch) -> str:
    """What the ledger would call the batch as it lies there; its files are read for it."""
    return ledger_name(batch_identity(batch, [read_content(item) for item in batch.files]))
