"""What must be there before pages are served, and how the page server is started."""

from __future__ import annotations

import socket
import sys

import pytest
from streamlit import config

from dagster_project.errors import UsageError
from dagster_project.publishing.builds import current
from dagster_project.serving import command, environment, require_packages, serve
from tests.builders import BuildRows, write_build


@pytest.fixture
def home(tmp_path):
    write_build(tmp_path, BuildRows(()))
    return tmp_path


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def started(home, port):
    calls = []
    assert serve(home, port, execute=lambda *call: calls.append(call)) == 0
    return calls[0]


def test_the_process_becomes_a_page_server_of_the_home_folder(home, free_port, capsys):
    program, call, environ = started(home, free_port)
    assert program == call[0] == sys.executable
    assert call[1:3] == ["-m", "dashboards.serve"]
    assert environ["ORDERLENS_HOME"] == str(home)
    assert f"http://127.0.0.1:{free_port}" in capsys.readouterr().err


def test_a_relative_home_is_handed_over_as_an_absolute_one(home, monkeypatch):
    monkeypatch.chdir(home.parent)
    assert environment(type(home)(home.name))["ORDERLENS_HOME"] == str(home)


def test_only_this_machine_is_served_and_nothing_is_reported_to_anyone():
    call = command(8501)
    options = dict(zip(call[3::2], call[4::2], strict=True))
    assert options["--server.address"] == "127.0.0.1"
    assert options["--browser.gatherUsageStats"] == "false"
    assert options["--server.headless"] == "true"


def test_garbage_is_not_collected_after_every_run_by_an_option_that_streamlit_still_knows():
    call = command(8501)
    assert call[call.index("--runner.postScriptGC") + 1] == "false"
    assert "runner.postScriptGC" in config.get_config_options()


def test_a_port_that_is_taken_is_told_before_anything_starts(home):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(UsageError, match=r"cannot be used.*--port") as refused:
            started(home, other.getsockname()[1])
    assert refused.value.exit_code == 2


def test_without_a_build_the_reader_is_told_to_run_first(tmp_path, free_port):
    with pytest.raises(UsageError, match="orderlens run"):
        started(tmp_path, free_port)


def test_a_pointer_to_a_build_that_is_gone_is_told(home, free_port):
    (home / "builds" / f"{current(home)}.duckdb").unlink()
    with pytest.raises(UsageError, match=r"is gone.*rollback"):
        started(home, free_port)


def test_a_missing_package_is_told_in_one_sentence():
    with pytest.raises(UsageError, match=r"need no_such_package, not installed here. Run `make install`"):
        require_packages(("streamlit", "no_such_package"))
