"""Random numbers that stay where they are: every kind of draw has a stream of its own."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np


@dataclass(frozen=True)
class Streams:
    """Generators by name, all from one seed.

    A stream is told by its name alone: another draw elsewhere, or one left out, moves no number of it.
    """

    seed: int

    def of(self, name: str) -> np.random.Generator:
        """The generator of that name, at its beginning."""
        spawned = int.from_bytes(blake2b(name.encode(), digest_size=8).digest())
        return np.random.Generator(np.random.PCG64DXSM(np.random.SeedSequence([self.seed, spawned])))
