"""What holds for every file of the repository, whoever adds the next one."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import click
import pytest
from importlinter.cli import lint_imports

from dagster_project.cli import main
from dagster_project.settings import PROJECT_ROOT

FOLDERS = {
    *(".ci", "benchmarks", "dagster_project", "dashboards", "dbt", "docs", "expectations", "requirements", "seeds"),
    "tests",
}
TEXT = {".py", ".sql", ".yml", ".yaml", ".toml", ".md", ".sh", ".css", ".in", ".cfg"}
LONGEST_MODULE, LONGEST_MODEL, LONGEST_PAGE = 400, 150, 150
# Who reads the environment and why: settings for everyone; the pages, which import nothing of the pipeline;
# what is handed on to dbt and to the page server.
READS_ENVIRONMENT = {
    "dagster_project/console.py",
    "dagster_project/settings.py",
    "dagster_project/serving.py",
    "dagster_project/transform.py",
    "dashboards/cache.py",
}


def _tracked() -> list[Path]:
    """Files of the repository, the new ones included; every file of the known folders where there is no git."""
    call = ["git", "-C", str(PROJECT_ROOT), "ls-files", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(call, capture_output=True, text=True, check=True).stdout.splitlines()
        found = [PROJECT_ROOT / name for name in listed]
    except (OSError, subprocess.CalledProcessError):
        found = [path for folder in FOLDERS for path in (PROJECT_ROOT / folder).rglob("*")]
    return [path for path in found if path.is_file()]


FILES = _tracked()
MODULES = [path for path in FILES if path.suffix == ".py"]


def named(path: Path) -> str:
    return path.relative_to(PROJECT_ROOT).as_posix()


def under(*folders: str) -> list[Path]:
    return [path for path in FILES if named(path).startswith(folders)]


def lines(path: Path) -> int:
    """Lines with something on them: a blank one between two steps is for the reader."""
    return sum(1 for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def test_top_level_folders_are_the_fixed_ones():
    assert {named(path).split("/")[0] for path in FILES if "/" in named(path)} <= FOLDERS


def test_no_file_of_the_repository_is_a_link():
    """A link to an environment, once tracked, replaces the real one wherever it is checked out."""
    listed = subprocess.run(["git", "-C", str(PROJECT_ROOT), "ls-files", "--stage"], capture_output=True, text=True)
    assert [line for line in listed.stdout.splitlines() if line.startswith("120000")] == []


def test_no_work_is_left_as_a_note_in_a_file():
    note = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    marked = [named(path) for path in FILES if path.suffix in TEXT and note.search(path.read_text(encoding="utf-8"))]
    assert marked == []


def test_no_file_names_a_place_on_somebodys_machine():
    place = re.compile(r"/(?:root|work|home|Users)/\w")
    marked = [named(path) for path in FILES if path.suffix in TEXT and place.search(path.read_text(encoding="utf-8"))]
    assert marked == []


def test_every_module_says_what_it_is_for():
    modules = [
        path
        for path in under("dagster_project/", "dashboards/", "expectations/")
        if path.suffix == ".py" and _has_code(path)
    ]
    assert [named(path) for path in modules if not ast.get_docstring(_tree(path))] == []


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _has_code(path: Path) -> bool:
    return bool(path.read_text(encoding="utf-8").strip())


def test_no_module_model_or_page_has_grown_out_of_one_job():
    long_modules = [named(path) for path in MODULES if lines(path) > LONGEST_MODULE]
    models = [path for path in under("dbt/models/") if path.suffix == ".sql"]
    pages = [path for path in under("dashboards/app_pages/") if path.suffix == ".py"]
    assert long_modules == []
    assert [named(path) for path in models if lines(path) > LONGEST_MODEL] == []
    assert [named(path) for path in pages if lines(path) > LONGEST_PAGE] == []


def test_dbt_holds_no_python():
    """A package named dbt beside the code would hide the tool of that name."""
    assert [named(path) for path in under("dbt/") if path.suffix == ".py"] == []


@pytest.mark.parametrize(
    ("only_duckdb", "instead"),
    [
        (r"\bvarchar\b", "string"),
        (r"\bexclude\s*\(", "the columns by name"),
        (r"\bignore nulls\b", "last_known()"),
        (r"\bwith recursive\b", "chain_ends()"),
        (r"\bqualify\b", "a step that filters by row_number"),
        (r"::", "cast()"),
        (r"\bunion (all )?by name\b", "the columns in one order"),
        (r"\bhaving\s+\w+\((distinct )?\w+\)", "the table before a column that having counts"),
        (r"\bmaterialized='incremental'", "fact_materialization()"),
    ],
)
def test_models_are_written_in_sql_that_every_engine_reads(only_duckdb, instead):
    """Macros with a prefix of their engine may say more; raw columns carry the types of the contract."""
    models = [path for path in under("dbt/models/", "seeds/reference/") if path.name != "_raw.yml"]
    found = [named(path) for path in models if re.search(only_duckdb, path.read_text(encoding="utf-8"))]
    assert found == [], f"Write {instead}."


def test_the_environment_is_read_in_one_place_and_where_it_is_handed_on():
    readers = {
        named(path)
        for path in under("dagster_project/", "dashboards/")
        if path.suffix == ".py" and re.search(r"os\.(environ|getenv)", path.read_text(encoding="utf-8"))
    }
    assert readers <= READS_ENVIRONMENT


def test_dependencies_point_one_way():
    assert lint_imports(config_filename=str(PROJECT_ROOT / "pyproject.toml"), cache_dir=None) == 0


def _commands(group: click.Group, prefix: str = "orderlens") -> dict[str, click.Command]:
    found: dict[str, click.Command] = {}
    for name, command in group.commands.items():
        path = f"{prefix} {name}"
        found.update(_commands(command, path) if isinstance(command, click.Group) else {path: command})
    return found


@pytest.mark.parametrize("path", sorted(_commands(main)))
def test_a_command_has_help_and_stands_in_the_readme(path):
    command = _commands(main)[path]
    readme = (PROJECT_ROOT / "README.md").read_text(encoding="utf-8")
    assert command.help
    assert re.search(rf"`[^`]*\b{path.split()[1]}\b", readme)
    assert f"`{path.split()[-1]}`" in readme or path in readme


def test_links_between_documents_lead_somewhere():
    broken = [
        f"{named(path)}: {target}"
        for path in FILES
        if path.suffix == ".md"
        for target in re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8"))
        if "://" not in target and not (path.parent / target).exists()
    ]
    assert broken == []


def test_every_make_target_is_explained():
    makefile = (PROJECT_ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, flags=re.MULTILINE)) - {"help"}
    assert {name for name in targets if f"make {name} " not in makefile} == set()
