"""Blocking checks: the landing gate between landing and the star, the publishing gate between the star and a build.

Each suite is a check of the asset it is about. A blocking result stops whatever depends on any of them; warnings and
notes are shown and let it pass.
"""

from collections.abc import Iterator, Sequence

import dagster as dg

from dagster_project.assets.outcomes import tells_its_outcome
from dagster_project.gatekeeper import Gatekeeper
from dagster_project.report import RunReport
from dagster_project.resources import RUN_LOCK
from expectations.outcome import FAIL, NOT_ASSESSED, PASS, CheckResult, GateFailed
from expectations.suite import LANDING, PUBLISHING, Suite, load_suites


def gate_checks(keeper: Gatekeeper, report: RunReport) -> list[dg.AssetChecksDefinition]:
    """The checks of both gates."""
    return [_checks(gate, keeper, report) for gate in (LANDING, PUBLISHING)]


def _checks(gate: str, keeper: Gatekeeper, report: RunReport) -> dg.AssetChecksDefinition:
    suites = load_suites(gate)
    specs = [
        dg.AssetCheckSpec(_name(suite), asset=dg.AssetKey(suite.asset), blocking=True, description=suite.description)
        for suite in suites
    ]

    @dg.multi_asset_check(name=f"{gate}_gate", specs=specs, can_subset=True, required_resource_keys={RUN_LOCK})
    @tells_its_outcome(report)
    def ask(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        outcome = keeper.ask(gate)
        if outcome.blocking:
            report.errors[keeper.ask] = GateFailed(outcome, keeper.serving)
        asked = context.selected_asset_check_keys
        for suite in [one for one in suites if dg.AssetCheckKey(dg.AssetKey(one.asset), _name(one)) in asked]:
            yield _told(suite, [item for item in outcome.results if item.suite == suite.name], outcome.docs)

    return ask


def _name(suite: Suite) -> str:
    return f"{suite.gate}_{suite.name}"


def _told(suite: Suite, results: Sequence[CheckResult], docs: str) -> dg.AssetCheckResult:
    """The worst of a suite's results decides; each that does not hold is a line of its own."""
    broken = [item for item in results if item.status not in (PASS, NOT_ASSESSED)]
    is_blocked = any(item.status == FAIL for item in broken)
    return dg.AssetCheckResult(
        asset_key=dg.AssetKey(suite.asset),
        check_name=_name(suite),
        passed=not broken,
        severity=dg.AssetCheckSeverity.ERROR if is_blocked else dg.AssetCheckSeverity.WARN,
        description="\n".join(str(item) for item in broken) or None,
        metadata={
            "held": sum(item.status == PASS for item in results),
            "did not hold": len(broken),
            "not assessed": sum(item.status == NOT_ASSESSED for item in results),
            "data docs": dg.MetadataValue.path(docs),
        },
    )
