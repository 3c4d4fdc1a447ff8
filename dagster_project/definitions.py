"""What `dagster dev` loads: the graph over the sources of the operation and the default home folder."""

from __future__ import annotations

from dataclasses import replace

from dagster_project.build import build_definitions
from dagster_project.landing.sources.registry import bundled_sources
from dagster_project.settings import load_operation, load_settings
from dagster_project.transform import parse_project

_settings = load_settings()
_operation = load_operation()
_sources = bundled_sources() if _operation.sources is None else _operation.sources

# Parsed into a folder of its own: the definitions are loaded while a run may be writing dbt's.
_manifest = parse_project(replace(_settings, home=_settings.dagster))

defs = build_definitions(_settings, _manifest, _sources, operation=_operation)
