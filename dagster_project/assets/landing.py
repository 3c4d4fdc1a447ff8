"""Raw entities: from a source's files to accepted and quarantined rows in the home folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import dagster as dg

from dagster_project.contract.model import load_contract
from dagster_project.errors import UsageError
from dagster_project.landing import land
from dagster_project.landing.ledger import read_batches
from dagster_project.report import RunReport
from dagster_project.settings import Settings

SYSTEM_TABLES = (
    "quarantine",
    "batch_files",
    "full_extracts",
    "batches",
    "sources",
    "refused_files",
    "source_inventory",
)


def file_assets(sources: Sequence[str]) -> list[dg.AssetSpec]:
    """The files of each source: they exist outside, the graph begins with them."""
    return [
        dg.AssetSpec(["files", _file_key(source)], group_name="files", description=f"Files of the source {source}")
        for source in sources
    ]


def _file_key(source: str) -> str:
    return source.partition(":")[0]


def landing_assets(settings: Settings, sources: Sequence[str], report: RunReport) -> dg.AssetsDefinition:
    """One asset per entity of the contract, landed together, and what the ledger says of them."""
    files = [dg.AssetKey(["files", key]) for key in dict.fromkeys(_file_key(source) for source in sources)]
    contract = load_contract()
    described = {name: entity.description for name, entity in contract.entities.items()}
    described.update({name: "Read from the ledger of landed batches" for name in SYSTEM_TABLES})
    specs = [
        dg.AssetSpec(["raw", name], deps=files, group_name="landing", description=text)
        for name, text in described.items()
    ]

    @dg.multi_asset(specs=specs, name="land")
    @report.keeps_errors
    def land_sources() -> Iterator[dg.MaterializeResult[None]]:
        for position, source in enumerate(sources, 1):
            report.progress("Landing", position - 1, len(sources))
            report.landings.append(land(source, settings.home))
            report.progress("Landing", position, len(sources))
        if report.refused:
            raise UsageError(" ".join(report.refused), "The other files have landed; nothing was published.")
        counts: dict[str, int] = {}
        for batch in read_batches(settings.home):
            for name, item in batch["entities"].items():
                counts[name] = counts.get(name, 0) + item["accepted"]
        for name in described:
            yield dg.MaterializeResult(asset_key=["raw", name], metadata={"accepted rows": counts.get(name, 0)})

    return land_sources
