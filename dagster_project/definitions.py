"""What `dagster dev` loads: the graph over the bundled sources and the default home folder."""

from __future__ import annotations

from dagster_project.build import build_definitions
from dagster_project.landing.sources.registry import bundled_sources
from dagster_project.settings import load_settings
from dagster_project.transform import parse_project

_settings = load_settings()

defs = build_definitions(_settings, parse_project(_settings), bundled_sources())
