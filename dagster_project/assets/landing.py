"""Landing: from a source's files to accepted and quarantined rows of the home folder, and what its ledger says."""

from collections.abc import Iterator, Sequence

import dagster as dg

from dagster_project.assets.outcomes import TRY_AGAIN, tells_its_outcome
from dagster_project.assets.telling import OWNERS, batch_table, landing_metadata
from dagster_project.contract.model import load_contract
from dagster_project.errors import UsageError
from dagster_project.landing import LandingResult
from dagster_project.landing.ledger import read_batches
from dagster_project.landing.leftovers import discard_unfinished
from dagster_project.report import RunReport, refusals
from dagster_project.resources import RUN_LOCK
from dagster_project.settings import Settings
from dagster_project.simulated import land_source

LANDED = "landed"
SYSTEM_TABLES = (
    "quarantine",
    "batch_files",
    "full_extracts",
    "batches",
    "sources",
    "refused_files",
    "source_inventory",
)


def source_names(sources: Sequence[str]) -> list[str]:
    """Names of source specifications ("scms", "canonical:FOLDER"), each once."""
    return list(dict.fromkeys(source.partition(":")[0] for source in sources))


def file_assets(names: Sequence[str]) -> list[dg.AssetSpec]:
    """The files of each source: they exist outside, the graph begins with them."""
    return [
        dg.AssetSpec(
            ["files", name],
            group_name="files",
            description=f"Files of the source {name}",
            kinds={"file"},
            owners=OWNERS,
        )
        for name in names
    ]


def landed_assets(settings: Settings, sources: Sequence[str], report: RunReport) -> dg.AssetsDefinition:
    """One asset per source, landed in one step: where a file is refused, every other one still lands."""
    specs = [
        dg.AssetSpec(
            [LANDED, name],
            deps=[dg.AssetKey(["files", name])],
            group_name="landing",
            description=f"Batches of the source {name}: accepted and quarantined rows, and their ledger record",
            kinds={"polars", "parquet"},
            owners=OWNERS,
        )
        for name in source_names(sources)
    ]

    @dg.multi_asset(
        specs=specs, name="land", can_subset=True, retry_policy=TRY_AGAIN, required_resource_keys={RUN_LOCK}
    )
    @tells_its_outcome(report)
    def land_sources(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
        chosen = [one for one in sources if _key(one) in context.selected_asset_keys]
        discard_unfinished(settings.home)
        landings: list[tuple[str, LandingResult]] = []
        for position, source in enumerate(chosen, 1):
            report.progress("Landing", position - 1, len(chosen))
            landings.append((source, land_source(settings, source, report.progress)))
            report.progress("Landing", position, len(chosen))
        refuse_what_was_refused(report, [landing for _, landing in landings])
        for name in source_names(chosen):
            own = [landing for source, landing in landings if source.partition(":")[0] == name]
            yield dg.MaterializeResult(asset_key=[LANDED, name], metadata=landing_metadata(own))

    return land_sources


def _key(source: str) -> dg.AssetKey:
    return dg.AssetKey([LANDED, source.partition(":")[0]])


def refuse_what_was_refused(report: RunReport, landings: Sequence[LandingResult]) -> None:
    """Report what landed; UsageError names every refused file."""
    report.landings.extend(landings)
    refused = refusals(landings)
    if refused:
        raise UsageError(" ".join(refused), "The other files have landed; nothing was published.")


def raw_assets(settings: Settings, landed: Sequence[dg.AssetKey], report: RunReport) -> dg.AssetsDefinition:
    """One asset per entity of the contract and per system table: all that has landed in the home, by the ledger."""
    contract = load_contract()
    described = {name: entity.description for name, entity in contract.entities.items()}
    described.update({name: "Read from the ledger of landed batches" for name in SYSTEM_TABLES})
    specs = [
        dg.AssetSpec(
            ["raw", name], deps=list(landed), group_name="raw", description=text, kinds={"parquet"}, owners=OWNERS
        )
        for name, text in described.items()
    ]

    @dg.multi_asset(specs=specs, name="raw", can_subset=True, required_resource_keys={RUN_LOCK})
    @tells_its_outcome(report)
    def raw_entities(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
        batches = read_batches(settings.home)
        if not batches:
            raise UsageError("Nothing has landed in this home folder yet.", "Land a source or a batch first.")
        for name in described:
            if dg.AssetKey(["raw", name]) not in context.selected_asset_keys:
                continue
            if name in SYSTEM_TABLES:
                yield dg.MaterializeResult(asset_key=["raw", name])
                continue
            own = [(batch, batch["entities"][name]) for batch in batches if name in batch["entities"]]
            yield dg.MaterializeResult(
                asset_key=["raw", name],
                metadata={
                    "dagster/row_count": sum(item["accepted"] for _, item in own),
                    "accepted rows": sum(item["accepted"] for _, item in own),
                    "quarantined rows": sum(item["quarantined"] for _, item in own),
                    "batches": batch_table(own),
                },
            )

    return raw_entities
