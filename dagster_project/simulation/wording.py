"""Texts that people write: parts of them chosen by chance, and what they are about filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import yaml

from .config import Company
from .telling import members

LANGUAGES = ("en", "de", "it")
_DAYS = {"en": "%-d %B %Y", "de": "%d.%m.%Y", "it": "%d/%m/%Y"}
_SPOKEN = {"DE": "de", "IT": "it"}
# How often people write in the language of their country where it is not English.
_OWN_LANGUAGE = 0.35
# Each part of a text is chosen by further digits of one chance.
_DIGITS = 8


@cache
def wording() -> dict[str, Any]:
    """Every text, by what it is for, language and part."""
    told: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "wording.yml").read_text(encoding="utf-8"))
    return told


def languages_of(company: Company, region: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """The language each writes in (place in LANGUAGES), by region and chance."""
    spoken = [LANGUAGES.index(_SPOKEN.get(country, "en")) for country in company.group("regions").array("country")]
    return np.where(chance < _OWN_LANGUAGE, np.array(spoken)[region], 0)


def one_of(texts: Sequence[Sequence[str]], group: np.ndarray, chance: np.ndarray) -> pl.Series:
    """For each the text that chance has, of those of its group."""
    counts = np.array([len(options) for options in texts])
    starts = np.cumsum(counts) - counts
    places = starts[group] + np.minimum(np.floor(chance * counts[group]).astype(np.int64), counts[group] - 1)
    return members([text for options in texts for text in options], places)


def part_of(kind: str, part: str, language: np.ndarray, chance: np.ndarray) -> pl.Series:
    """One part of texts of a kind; in English where a language has none."""
    told = wording()[kind]
    texts = [told.get(name, told["en"])[part] for name in LANGUAGES]
    return one_of(texts, language, chance * _DIGITS ** list(told["en"]).index(part) % 1)


def text_of(kind: str, language: np.ndarray, chance: np.ndarray, extra: pl.Series | None = None) -> pl.Series:
    """Whole texts of a kind, part by part without the subject; what is said extra stands before the closing."""
    parts = {name: part_of(kind, name, language, chance) for name in wording()[kind]["en"] if name != "subject"}
    frame = pl.DataFrame(parts).with_columns(extra=extra if extra is not None else pl.lit(None, dtype=pl.String))
    inner = [name for name in parts if name not in ("greeting", "closing")]
    said = pl.concat_str([*inner, "extra"], separator=" ", ignore_nulls=True)
    outer = ["greeting"] if "greeting" in parts else []
    return frame.select(pl.concat_str([*outer, said, "closing"], separator="\n\n")).to_series()


def filled(text: pl.Series, values: Mapping[str, pl.Series]) -> pl.Series:
    """Texts with each name in braces replaced by its value."""
    written = pl.col("text")
    for name in values:
        written = written.str.replace_all("{" + name + "}", pl.col(name), literal=True)
    return pl.DataFrame({"text": text, **values}).select(written).to_series()


def written_days(days: np.ndarray, language: np.ndarray) -> pl.Series:
    """Days as each language writes them."""
    frame = pl.DataFrame({"day": days.astype("datetime64[D]"), "language": language})
    text = pl.col("day").dt.to_string(_DAYS["en"])
    for place, name in enumerate(LANGUAGES[1:], start=1):
        text = pl.when(pl.col("language") == place).then(pl.col("day").dt.to_string(_DAYS[name])).otherwise(text)
    return frame.select(text).to_series()


def signatures(language: np.ndarray, chance: np.ndarray) -> pl.Series:
    """Invented names of those who write to us."""
    return one_of([wording()["names"][name] for name in LANGUAGES], language, chance)


def our_signatures(chance: np.ndarray) -> pl.Series:
    """Invented names of those of us who answer."""
    return one_of([wording()["names"]["us"]], np.zeros(len(chance), dtype=np.int64), chance)
