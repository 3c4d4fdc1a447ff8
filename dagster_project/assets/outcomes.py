"""How a step ends: what can pass is tried again, what was told to a person is final and keeps its own words."""

from __future__ import annotations

import contextlib
import errno
import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import dagster as dg
import duckdb

from dagster_project.errors import OrderLensError
from dagster_project.report import RunReport

TRY_AGAIN = dg.RetryPolicy(max_retries=3, delay=1, backoff=dg.Backoff.EXPONENTIAL)

# An operating system's answers that waiting does not change.
_LASTING = {
    *(errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.ENOTDIR, errno.EISDIR),
    *(errno.ENAMETOOLONG, errno.EEXIST, errno.ELOOP, errno.EINVAL),
}


def can_pass(error: BaseException | None) -> bool:
    """Whether an error, or what caused it, is one of reading or writing that may be gone in a moment."""
    while error is not None:
        if isinstance(error, duckdb.IOException):
            return True
        if isinstance(error, OSError):
            return error.errno not in _LASTING
        error = error.__cause__
    return False


def tells_its_outcome(report: RunReport) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Wrap a step: the report keeps the error it raises, and Dagster retries only what can pass."""

    def wrap(stage: Callable[..., Any]) -> Callable[..., Any]:
        kept = report.keeps_errors(stage)
        if inspect.isgeneratorfunction(stage):

            @functools.wraps(stage)
            def generating(*args: Any, **kwargs: Any) -> Iterator[Any]:
                with _final_unless_it_can_pass():
                    yield from kept(*args, **kwargs)

            return generating

        @functools.wraps(stage)
        def returning(*args: Any, **kwargs: Any) -> Any:
            with _final_unless_it_can_pass():
                return kept(*args, **kwargs)

        return returning

    return wrap


@contextlib.contextmanager
def _final_unless_it_can_pass() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if can_pass(error):
            raise
        told = str(error) if isinstance(error, OrderLensError) else f"{type(error).__name__}: {error}"
        raise dg.Failure(description=told, allow_retries=False) from error
