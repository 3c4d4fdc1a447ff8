"""YAML files, read by libyaml where it is there: else reading them takes most of a run that finds nothing new."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path) -> Any:
    """The content of a file that belongs to the project; yaml.YAMLError where it is none."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
