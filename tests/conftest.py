"""What holds for every test: the simulated company that a run lands beside the bundled data is a small one."""

from __future__ import annotations

import os

# Set before anything is imported: sources are listed, and runs are started in other processes, from here on.
os.environ.setdefault("ORDERLENS_SIMULATED_ORDERS", "600")
