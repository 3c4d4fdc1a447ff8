"""The star schema: every dbt model as an asset, built and tested in this process."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets
from dbt.contracts.graph.manifest import Manifest

from dagster_project.assets.outcomes import TRY_AGAIN, tells_its_outcome
from dagster_project.assets.telling import OWNERS
from dagster_project.catalogue import write_catalogue
from dagster_project.freshness import forget, inputs, note_built
from dagster_project.gatekeeper import Gatekeeper
from dagster_project.report import RunReport
from dagster_project.resources import RUN_LOCK
from dagster_project.settings import Settings
from dagster_project.transform import build_star, is_for_analysts
from expectations.suite import LANDING


class LayerTranslator(DagsterDbtTranslator):
    """Shows the models by layer, as their folders are; the owner is the same for all."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The schema a model lies in."""
        return str(dbt_resource_props["config"].get("schema") or "reference")

    def get_asset_spec(self, manifest: Any, unique_id: str, project: Any) -> dg.AssetSpec:
        """What has nothing upstream is built in the step that waits for the raw entities, so it waits for them too.

        Else a back-fill would start that step for the reference data alone, before its batches have landed.
        """
        spec: dg.AssetSpec = super().get_asset_spec(manifest, unique_id, project)
        return spec if list(spec.deps) else spec.replace_attributes(deps=[dg.AssetKey(["raw", "sources"])])

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> Sequence[str]:
        """Whoever looks after the graph."""
        return OWNERS


TRANSLATOR = LayerTranslator(settings=DagsterDbtTranslatorSettings(enable_asset_checks=False))
_WRITTEN: dict[str, Any] = {}
BUILT_TYPES = ("model", "seed", "snapshot")


def star_assets(
    settings: Settings, manifest: Manifest, keeper: Gatekeeper, full_refresh: bool, report: RunReport
) -> dg.AssetsDefinition:
    """Assets of all models and seeds of the manifest; one step builds them."""
    nodes = written_down(manifest)

    @dbt_assets(
        manifest=nodes,
        dagster_dbt_translator=TRANSLATOR,
        name="star",
        retry_policy=TRY_AGAIN,
        required_resource_keys={RUN_LOCK},
    )
    @tells_its_outcome(report)
    def star(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
        made_of = inputs(settings, keeper.as_of)
        forget(settings)
        keeper.require(LANDING)
        results = build_star(
            settings,
            manifest,
            full_refresh=full_refresh,
            progress=lambda done, total: report.progress("Building the star", done, total),
        )
        write_catalogue(settings, dict(manifest.metrics))
        note_built(settings, made_of)
        for result in results:
            if result.node.resource_type not in BUILT_TYPES:
                continue
            key = TRANSLATOR.get_asset_key(nodes["nodes"][result.node.unique_id])
            if key in context.selected_asset_keys:
                yield dg.MaterializeResult(asset_key=key, metadata={"seconds": round(result.execution_time, 3)})

    assets: dg.AssetsDefinition = star
    return assets


def written_down(manifest: Manifest) -> dict[str, Any]:
    """The manifest as dbt writes it; what stands there of a manifest is told once, since telling takes a second."""
    if _WRITTEN.get("of") is not manifest:
        _WRITTEN.update(of=manifest, told=manifest.writable_manifest().to_dict(omit_none=False))
    told: dict[str, Any] = _WRITTEN["told"]
    return told


def published_keys(manifest: Manifest) -> list[dg.AssetKey]:
    """Keys of the models that a published build holds."""
    nodes = written_down(manifest)["nodes"]
    return [
        TRANSLATOR.get_asset_key(nodes[key])
        for key, node in manifest.nodes.items()
        if node.resource_type == "model" and node.config.schema in ("published", "marts") and not is_for_analysts(node)
    ]
