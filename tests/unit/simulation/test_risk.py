"""What was to fail with a probability fails about as often."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from dagster_project.simulation import load_company
from dagster_project.simulation.company import prepare
from dagster_project.simulation.truth import FAILED, MET

BANDS = ((0, 0.02), (0.02, 0.1), (0.1, 0.4), (0.4, 0.7), (0.7, 0.95), (0.95, 1.01))


@pytest.mark.parametrize("seed", [1, 2, 8, 17])
def test_obligations_fail_about_as_often_as_they_were_to(seed: int) -> None:
    simulation = prepare(load_company(12_000, 24, seed))
    life = simulation.live(simulation.causes)
    verdicts, probability = simulation.outcome(life).verdicts, simulation.probability(life)
    is_due = np.isin(verdicts.state, (MET, FAILED)) & verdicts.is_known
    failed, said = verdicts.state[is_due] == FAILED, probability[is_due]
    assert said.min() >= 0
    assert said.max() <= 1
    assert failed.mean() == pytest.approx(said.mean(), abs=0.008)
    for least, most in BANDS:
        band = (said >= least) & (said < most)
        if band.sum() >= 100:
            # Lines of an order share draws, so chance spreads more widely than over as many separate ones.
            wide = 3.5 * np.sqrt(said[band].mean() * (1 - said[band].mean()) / (band.sum() / 3))
            assert failed[band].mean() == pytest.approx(said[band].mean(), abs=wide + 0.006), (least, most)


def test_what_failed_was_likelier_to_fail_than_what_did_not() -> None:
    simulation = prepare(load_company(6000, 24, 5))
    life = simulation.live(simulation.causes)
    verdicts, probability = simulation.outcome(life).verdicts, simulation.probability(life)
    assert probability[verdicts.state == FAILED].mean() > 5 * probability[verdicts.state == MET].mean()


EARLY = {"kind": "early_cut_off", "share": 0.8}
TWO_TRUCKS = {
    "near": {**EARLY, "where": {"site": "HAM"}, "days": 1},
    "far": {**EARLY, "where": {"site": "CHI"}, "days": 6},
}
ONE_DAY = {"kind": "promises_re_dated", "where": {"segment": "oem"}, "share": 0.8, "days": 1}
LONG = {"kind": "credit_holds", "where": {"segment": "oem"}, "share": 0.5, "days": 40}


@pytest.mark.parametrize(
    "causes",
    [
        TWO_TRUCKS,
        dict(reversed(TWO_TRUCKS.items())),
        {"one": TWO_TRUCKS["near"], "other": TWO_TRUCKS["near"]},
        {"one day later": ONE_DAY},
        {"a long hold": LONG},
    ],
    ids=["two sites", "the other way round", "one site twice", "one day", "a long hold"],
)
def test_causes_by_name_make_failures_as_probable_as_they_are(causes: dict[str, object], tmp_path: Path) -> None:
    config = tmp_path / "company.yml"
    config.write_text(json.dumps({"causes": causes}))
    simulation = prepare(load_company(4000, 18, 1, config))
    life = simulation.live(simulation.causes)
    verdicts, probability = simulation.outcome(life).verdicts, simulation.probability(life)
    is_due = np.isin(verdicts.state, (MET, FAILED)) & verdicts.is_known
    failed = verdicts.state[is_due] == FAILED
    assert failed.mean() == pytest.approx(probability[is_due].mean(), abs=0.02)
