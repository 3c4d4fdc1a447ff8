"""Loggers: what a run writes to the terminal; its whole record stands in Dagster's own log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg


@dg.configured(
    dg.colored_console_logger,
    config_schema={"log_level": dg.Field(str, default_value="ERROR")},
)
def quiet_console(config: Mapping[str, Any]) -> dict[str, Any]:
    """Dagster's terminal logger, silent below errors unless a run's configuration says otherwise."""
    return {"log_level": config["log_level"]}
