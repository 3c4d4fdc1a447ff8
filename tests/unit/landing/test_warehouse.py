from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl

from dagster_project.landing.ledger import accepted_files
from dagster_project.warehouse import prepare_raw
from tests.unit.landing.conftest import Landed


def test_a_column_that_the_contract_gained_after_a_landing_is_null(
    landed: Landed, folder: Callable[..., Path], tmp_path: Path
) -> None:
    landed.land(folder({"products.csv": "product_id,name,product_type\nP1,Bolt,goods\n"}))
    for path in accepted_files(landed.home)["products"]:
        older = pl.read_parquet(path).drop("product_type")
        older.write_parquet(path)
    prepare_raw(tmp_path / "warehouse.duckdb", landed.home, {})
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        assert connection.sql("select product_id, product_type from raw.products").fetchall() == [("P1", None)]
        counted = "from raw.source_inventory where entity = 'products' and column_name = 'product_type'"
        assert connection.sql(f"select non_null_rows {counted}").fetchall() == [(0,)]


def test_a_column_that_only_later_files_have_is_null_in_the_older_ones(
    landed: Landed, folder: Callable[..., Path], tmp_path: Path
) -> None:
    header = "product_id,name,product_type"
    extracted = {"extracted_at": "2026-01-01T00:00:00Z"}
    landed.land(folder({"products.csv": f"{header}\nP1,Bolt,goods\n"}, extracted, "one"))
    first = accepted_files(landed.home)["products"][0]
    landed.land(folder({"products.csv": f"{header}\nP2,Nut,goods\n"}, extracted, "two"))
    pl.read_parquet(first).drop("product_type").write_parquet(first)
    prepare_raw(tmp_path / "warehouse.duckdb", landed.home, {})
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        rows = connection.sql("select product_id, product_type from raw.products order by 1").fetchall()
    assert rows == [("P1", None), ("P2", "goods")]


def test_a_folder_says_who_its_company_is_and_that_it_is_synthetic(
    landed: Landed, folder: Callable[..., Path], tmp_path: Path
) -> None:
    about = {"title": "Nobody & Sons", "is_synthetic": True, "zone": "Europe/Oslo"}
    batch = {"source_system": "nobody", "extracted_at": "2026-01-01T00:00:00Z", "about": about}
    landed.land(folder({"customers.csv": "customer_id,name\nC1,One\n"}, batch))
    prepare_raw(tmp_path / "warehouse.duckdb", landed.home, {})
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        rows = connection.sql("select title, is_synthetic, default_zone from raw.sources").fetchall()
    assert rows == [("Nobody & Sons", True, "Europe/Oslo")]
