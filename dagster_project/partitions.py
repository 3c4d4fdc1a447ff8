"""Partitions: the batches of the drop folder, named as their folders. The sensor adds them; none is removed."""

from __future__ import annotations

import dagster as dg

BATCHES = dg.DynamicPartitionsDefinition(name="batches")
