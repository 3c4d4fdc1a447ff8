"""The published build: audited, immutable, and the only thing that pages and the command line read."""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg

from dagster_project.assets.outcomes import TRY_AGAIN, tells_its_outcome
from dagster_project.assets.telling import OWNERS, build_metadata, figures_metadata
from dagster_project.freshness import note_published
from dagster_project.gatekeeper import Gatekeeper
from dagster_project.publishing import Audit, publish
from dagster_project.report import RunReport
from dagster_project.resources import RUN_LOCK
from dagster_project.settings import Settings
from expectations.suite import PUBLISHING


def publication_asset(
    settings: Settings,
    depends_on: Sequence[dg.AssetKey],
    audits: Sequence[Audit],
    keeper: Gatekeeper,
    report: RunReport,
    *,
    tells_figures: bool = False,
) -> dg.AssetsDefinition:
    """The asset that copies the published models into a new build, audits it and moves the pointer.

    `tells_figures` adds the headline figures to what the web UI shows of it; the command line prints them anyway.
    """

    @dg.asset(
        key=["published_build"],
        deps=list(depends_on),
        group_name="published_build",
        description=__doc__,
        kinds={"duckdb"},
        owners=OWNERS,
        retry_policy=TRY_AGAIN,
        required_resource_keys={RUN_LOCK},
    )
    @tells_its_outcome(report)
    def published_build() -> dg.MaterializeResult[None]:
        if settings.warehouse.is_file():
            keeper.require(PUBLISHING)
        report.progress("Publishing", 0, 1)
        report.published = publish(settings, audits=audits)
        note_published(settings, report.published.build_id)
        report.progress("Publishing", 1, 1)
        figures = figures_metadata(settings.home) if tells_figures else {}
        return dg.MaterializeResult(metadata={**build_metadata(report.published), **figures})

    return published_build
