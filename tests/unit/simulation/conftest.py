from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import polars as pl
import pytest

from dagster_project.simulation import load_company, simulate


@dataclass(frozen=True)
class Files:
    """A simulated company as it was written."""

    folder: Path

    def told(self, entity: str) -> pl.DataFrame:
        """Every sound row that was told of an entity, batch after batch, as text."""
        return _told(self.folder, entity)

    def last(self, entity: str) -> pl.DataFrame:
        """The rows of an entity as they were told last."""
        told = self.told(entity)
        return told.unique(told.columns[0], keep="last", maintain_order=True)

    def obligations(self) -> pl.DataFrame:
        """What the truth says of each obligation."""
        return self.truth("obligations")

    def truth(self, name: str) -> pl.DataFrame:
        """A table of the truth, as text."""
        return pl.read_csv(self.folder / "truth" / f"{name}.csv", infer_schema=False)

    def contents(self) -> dict[str, bytes]:
        """Every file with its bytes."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes() for path in self.folder.rglob("*") if path.is_file()
        }


@lru_cache(maxsize=256)
def _told(folder: Path, entity: str) -> pl.DataFrame:
    spoilt = Files(folder).truth("bad_rows").filter(pl.col("entity") == entity)["batch"].to_list()
    frames = []
    for path in sorted((folder / "batches").glob(f"*/{entity}.csv")):
        batch = path.parent.name
        frame = pl.read_csv(path, infer_schema=False)
        # Bad rows stand at the end of their file.
        frames.append(frame.head(frame.height - spoilt.count(batch)).with_columns(batch=pl.lit(batch)))
    return pl.concat(frames)


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Files]:
    """Simulate a company; a new folder each time."""

    def make(
        seed: int = 1, orders: int = 2000, months: int = 12, config: Path | None = None, without: Sequence[str] = ()
    ) -> Files:
        folder = tmp_path_factory.mktemp("company") / "out"
        simulate(load_company(orders, months, seed, config), folder, without=without)
        return Files(folder)

    return make


@pytest.fixture(scope="session", params=[1, 2, 3])
def simulated(request: pytest.FixtureRequest, company: Callable[..., Files]) -> Files:
    """The company of a seed."""
    return company(request.param)
