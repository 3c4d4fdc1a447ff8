import shutil
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from dagster_project.landing import land
from dagster_project.landing.ledger import accepted_files, quarantine_files, read_batches

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "seeds" / "samples" / "scms"


def _accepted(home: Path) -> dict[str, pl.DataFrame]:
    return {entity: pl.read_parquet(paths[0]) for entity, paths in accepted_files(home).items()}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("scms")
    land("scms", home)
    return home


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("sample")
    land(f"scms:{SAMPLE}", home)
    return home


def test_the_delivery_history_has_the_rows_orders_and_shipments_it_is_known_for(whole: Path):
    heights = {entity: frame.height for entity, frame in _accepted(whole).items()}
    assert heights["order_lines"] == heights["order_schedule_lines"] == heights["deliveries"] == 10_324
    assert (heights["orders"], heights["shipments"]) == (6_233, 7_030)
    assert (heights["customers"], heights["suppliers"], heights["sites"]) == (43, 72, 1)
    file = read_batches(whole)[0]["files"][0]
    assert (file["landed"], file["accepted"], file["quarantined"]) == (10_324, 10_324, 0)


def test_the_lines_on_time_are_the_reference_ones(whole: Path):
    landed = _accepted(whole)
    key = ["order_id", "line_no", "schedule_no"]
    both = landed["order_schedule_lines"].join(landed["deliveries"], on=key)
    assert both.filter(pl.col("delivered_date") <= pl.col("requested_date")).height == 9_138


def test_quantity_and_numeric_freight_add_up_to_the_reference(whole: Path):
    landed = _accepted(whole)
    assert landed["order_lines"]["quantity"].sum() == Decimal(189_265_090)
    assert landed["shipments"]["freight_cost"].sum() == Decimal("68817849.41")


def test_days_stay_days_and_no_delivered_quantity_is_made_up(whole: Path):
    deliveries = _accepted(whole)["deliveries"]
    assert deliveries["delivered_at"].null_count() == deliveries["accepted"].null_count() == 10_324


def test_lines_point_to_the_physical_line_of_the_file(whole: Path):
    lines = _accepted(whole)["order_lines"]["source_line"]
    assert (lines.min(), lines.max()) == (2, 10_325)


def test_the_faults_of_the_sample_are_named_with_their_lines(sample: Path):
    told = [
        pl.read_parquet(path).select("entity", "source_line", "rule")
        for path in quarantine_files(sample)
        if "order" in path.name
    ]
    assert sorted(pl.concat(told).rows()) == [
        ("order_lines", 6, "minimum"),
        ("order_lines", 8, "not_finite"),
        ("order_lines", 9, "repeat"),
        ("order_lines", 10, "field_count"),
        ("order_schedule_lines", 7, "no_such_day"),
        ("order_schedule_lines", 9, "repeat"),
    ]
    file = read_batches(sample)[0]["files"][0]
    assert (file["landed"], file["accepted"], file["quarantined"]) == (9, 5, 4)


def test_freight_belongs_to_the_shipment_and_a_reference_is_not_zero(sample: Path):
    landed = _accepted(sample)
    freight = dict(landed["shipments"].select("shipment_id", "freight_cost").iter_rows())
    assert freight["ASN-93"] == Decimal("4861.14")
    written = landed["shipment_lines"].filter(pl.col("shipment_id") == "ASN-93")["x_freight_as_written"]
    assert "See ASN-93 (ID#:1281)" in written.to_list()


def test_stock_lines_have_a_site_and_drop_shipments_a_supplier(sample: Path):
    lines = _accepted(sample)["order_lines"].filter(pl.col("line_no").is_in(["1", "10534"]))
    rows = lines.sort("line_no").select("fulfilment_mode", "site_id", "supplier_id").rows()
    assert rows == [("drop-ship", None, "RANBAXY Fine Chemicals LTD."), ("stock", "RDC", None)]


def test_names_keep_their_letters_and_codes_their_words(sample: Path):
    landed = _accepted(sample)
    assert "Côte d'Ivoire" in landed["customers"]["customer_id"].to_list()
    assert "N/A" in landed["shipments"]["mode"].to_list()


def test_a_file_that_lost_a_column_is_refused(tmp_path: Path):
    name = "SCMS_Delivery_History_Dataset_sample.csv"
    source = tmp_path / "in"
    shutil.copytree(SAMPLE, source)
    text = (SAMPLE / name).read_text(encoding="utf-8").replace("Scheduled Delivery Date", "Planned")
    (source / name).write_text(text, encoding="utf-8", newline="")
    result = land(f"scms:{source}", tmp_path / "home")
    assert "Scheduled Delivery Date" in result.refused[0].message
