"""The one graph: from files to the published build, the same for the command line, the web UI and the tests."""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg
from dbt.contracts.graph.manifest import Manifest

from dagster_project.assets.landing import file_assets, landing_assets
from dagster_project.assets.publication import publication_asset
from dagster_project.assets.star import published_keys, star_assets
from dagster_project.publishing import DEFAULT_AUDITS, Audit
from dagster_project.report import RunReport
from dagster_project.settings import Settings

JOB = "orderlens_run"


def build_definitions(
    settings: Settings,
    manifest: Manifest,
    sources: Sequence[str],
    *,
    as_of: dict[str, str] | None = None,
    full_refresh: bool = False,
    audits: Sequence[Audit] = DEFAULT_AUDITS,
    report: RunReport | None = None,
) -> dg.Definitions:
    """Definitions for the sources named ("scms", "canonical:FOLDER"); overrides are for the run at hand."""
    report = report or RunReport()
    star = star_assets(settings, manifest, as_of or {}, full_refresh, report)
    return dg.Definitions(
        assets=[
            *file_assets(list(dict.fromkeys(source.partition(":")[0] for source in sources))),
            landing_assets(settings, sources, report),
            star,
            publication_asset(settings, published_keys(manifest), audits, report),
        ],
        jobs=[dg.define_asset_job(JOB, description="Land, build, audit and publish")],
    )
