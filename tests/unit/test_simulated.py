"""The bundled company that is simulated: made once, landed as any source, replaced whole, never blended."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from dagster_project import simulated, simulation
from dagster_project.errors import UsageError
from dagster_project.freshness import built_project
from dagster_project.landing import land
from dagster_project.landing.ledger import read_batches
from dagster_project.settings import Settings
from dagster_project.simulated import land_source, source_landed_before, source_systems

NAME = "nordhaven"
# So few that some months have no row, and with it no batch.
FEW, MORE = 30, 40


def quiet(stage: str, done: int, total: int) -> None:
    return None


def raw_files(settings: Settings) -> set[str]:
    return {str(path.relative_to(settings.home)) for path in settings.raw.rglob("*.parquet")}


def named_in_ledger(settings: Settings) -> set[str]:
    stored = [item for batch in read_batches(settings.home) for item in batch["entities"].values()]
    return {item["accepted_path"] for item in stored if item["accepted_path"]}


@pytest.fixture(scope="module")
def landed_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    land_source(Settings(home=home, simulated_orders=FEW), NAME, quiet)
    return home


@pytest.fixture
def settings(landed_once: Path, tmp_path: Path) -> Settings:
    """A home in which the company of few orders has landed."""
    return Settings(home=Path(shutil.copytree(landed_once, tmp_path / "home")), simulated_orders=FEW)


@pytest.fixture
def simulates_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise AssertionError("nothing may be simulated")

    monkeypatch.setattr(simulation, "simulate", refuse)


@pytest.mark.usefixtures("simulates_nothing")
def test_a_company_that_has_been_made_is_not_simulated_again(settings: Settings) -> None:
    assert source_landed_before(settings, NAME) is not None
    again = land_source(settings, NAME, quiet)
    assert len(again.batches) == len(read_batches(settings.home)) > 0
    assert all(batch.already_landed for batch in again.batches)
    assert again.replaced == 0


def test_it_says_of_itself_that_it_is_simulated(settings: Settings) -> None:
    for batch in read_batches(settings.home):
        assert batch["about"]["is_synthetic"] is True
        assert batch["about"]["title"].endswith("(simulated)")
        assert batch["origin"] == NAME


def test_progress_is_told_while_it_is_simulated_and_while_it_lands(tmp_path: Path) -> None:
    told: list[str] = []
    land_source(Settings(home=tmp_path, simulated_orders=10), NAME, lambda stage, done, total: told.append(stage))
    assert list(dict.fromkeys(told)) == ["Simulating", "Writing batches", "Landing"]


def test_another_company_takes_the_place_of_the_one_before_whole(settings: Settings, tmp_path: Path) -> None:
    built_project(settings).parent.mkdir()
    built_project(settings).write_text("the project that the warehouse was built with")
    other = replace(settings, simulated_orders=MORE)
    assert source_landed_before(other, NAME) is None
    before = named_in_ledger(settings)
    result = land_source(other, NAME, quiet)
    assert result.replaced > 0
    assert len(before & raw_files(other)) < len(before)
    fresh = Settings(home=tmp_path / "fresh", simulated_orders=MORE)
    land_source(fresh, NAME, quiet)
    assert raw_files(other) == raw_files(fresh) == named_in_ledger(other)
    assert [path.name for path in other.simulated.iterdir()] == [path.name for path in fresh.simulated.iterdir()]
    assert not built_project(settings).exists()
    assert source_landed_before(other, NAME) is not None


def test_a_simulator_that_was_changed_without_another_byte_replaces_nothing(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = Path(shutil.copytree(simulated._PROJECT / "simulation", tmp_path / "simulation"))
    (changed / "company.py").write_text("# the same in other words")
    monkeypatch.setattr(simulated, "_PROJECT", tmp_path)
    before = [path.name for path in settings.simulated.iterdir()]
    assert source_landed_before(settings, NAME) is None
    result = land_source(settings, NAME, quiet)
    assert result.replaced == 0
    assert all(batch.already_landed for batch in result.batches)
    assert len(list(settings.simulated.iterdir())) == 1
    assert [path.name for path in settings.simulated.iterdir()] != before


def test_a_run_that_was_killed_while_it_replaced_a_company_is_finished_by_the_next(settings: Settings) -> None:
    other = replace(settings, simulated_orders=MORE)
    land_source(other, NAME, quiet)
    left = settings.ledger / NAME / "0123456789abcdef.json"
    shutil.copyfile(next((settings.ledger / NAME).glob("*.json")), left)
    assert source_landed_before(other, NAME) is None


def test_a_simulation_that_was_killed_leaves_nothing_half(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    other = replace(settings, simulated_orders=MORE)

    def die(company: object, folder: Path, *others: object, **named: object) -> None:
        (folder / "batches" / "2024-07-31").mkdir(parents=True)
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(simulation, "simulate", die)
        with pytest.raises(KeyboardInterrupt):
            land_source(other, NAME, quiet)
    assert source_landed_before(settings, NAME) is not None
    assert land_source(other, NAME, quiet).replaced > 0
    assert len(list(other.simulated.iterdir())) == 1


def test_a_company_of_that_name_that_was_landed_by_hand_is_not_blended_with_the_bundled_one(
    settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "own"
    simulation.simulate(simulation.load_company(10, 2, 5), folder)
    with pytest.raises(UsageError, match="not blended"):
        land(f"canonical:{folder / 'batches'}", settings.home)
    own = Settings(home=tmp_path / "other")
    land(f"canonical:{folder / 'batches'}", own.home)
    with pytest.raises(UsageError, match="by hand"):
        source_systems(own, [NAME])
    with pytest.raises(UsageError, match="by hand"):
        land_source(own, NAME, quiet)
    assert not own.simulated.exists()


def test_the_simulated_source_takes_no_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="canonical:FOLDER"):
        source_systems(Settings(home=tmp_path), [f"{NAME}:{tmp_path}"])


def test_a_folder_of_its_name_in_the_drop_folder_is_a_batch_of_files(tmp_path: Path) -> None:
    from dagster_project.landing.drop import dropped_batch

    (tmp_path / NAME).mkdir()
    (tmp_path / NAME / "products.csv").write_text("product_id,name\nP1,Bolt\n")
    assert dropped_batch(tmp_path, NAME).source.startswith("canonical:")
