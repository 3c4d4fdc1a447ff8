"""Text to typed columns by the contract. Each caster gives the typed expressions and the rules a value can break."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from dagster_project.contract.model import DECIMAL, Field

_DAY = r"^\d{4}-\d{2}-\d{2}([T ]00:00(:00(\.0+)?)?Z?)?$"
_INSTANT = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$"
FILE = "__file"
_NAIVE = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$"
_SLASHED = r"^\d{1,2}[/.]\d{1,2}[/.]\d{4}$"
_PLAIN = r"^[+-]?(\d+(\.\d*)?|\.\d+)$"
# What nearly every value of nearly every file looks like: a column in which all do is read in one step.
_USUAL_NUMBER = r"^-?[0-9]{1,12}(\.[0-9]{1,6})?$"
_USUAL_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_USUAL_BOOLEAN = "^(true|false)$"
_USUAL_INSTANT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{6})?"
_UTC = ("UTC", "Etc/UTC")
TYPED = "__typed_"
_TRUE = ("true", "t", "yes", "y", "1")
_FALSE = ("false", "f", "no", "n", "0")


@dataclass(frozen=True)
class Reading:
    """How a source writes its values; what it does not say is found by the contract's own forms alone."""

    zone: str | None = None
    day_formats: tuple[str, ...] = ()
    decimal_mark: str = "."
    thousands_mark: str | None = None


@dataclass(frozen=True)
class Rule:
    """A rule a row can break: `broken` is true where it is, null counts as kept."""

    name: str
    column: str
    message: str
    broken: pl.Expr


@dataclass(frozen=True)
class Cast:
    """Typed columns of a field, from its text; and the rules it can break, from its text and its `TYPED` columns."""

    columns: dict[str, pl.Expr]
    rules: tuple[Rule, ...]


def usual_fields(fields: Sequence[Field], text: pl.DataFrame, reading: Reading) -> frozenset[str]:
    """Fields of which every value has the usual form of its type; a column without values has it.

    All columns are asked at once: in a small file the asking costs more than the looking.
    """
    patterns = {item.name: pattern for item in fields if (pattern := _usual_form(item, reading))}
    if not patterns:
        return frozenset()
    asked = [pl.col(name).str.contains(pattern).all() for name, pattern in patterns.items()]
    answers = text.select(asked).row(0, named=True)
    return frozenset(name for name, is_usual in answers.items() if is_usual)


def _usual_form(field: Field, reading: Reading) -> str | None:
    if field.dtype == "moment":
        return _USUAL_INSTANT + ("Z?$" if reading.zone in _UTC else "Z$")
    if field.dtype == "decimal":
        return _USUAL_NUMBER if reading.decimal_mark == "." and not reading.thousands_mark else None
    return {"boolean": _USUAL_BOOLEAN, "date": _USUAL_DAY}.get(field.dtype)


def cast_field(field: Field, text: pl.DataFrame, reading: Reading, *, is_usual: bool) -> Cast:
    """Typed expressions and rules for one field.

    `text`: the column and `__file`, used for what only the whole column of a file can tell. `is_usual`: every value has
    the usual form, see `usual_fields`.
    """
    if is_usual:
        cast = _USUAL[field.dtype](field)
        return Cast(cast.columns, (*_required(field), *cast.rules))
    caster = {
        "decimal": _decimal,
        "integer": _integer,
        "boolean": _boolean,
        "date": _date,
        "moment": _moment,
        "zone": _zone,
    }.get(field.dtype, _text)
    cast = caster(field, text, reading)
    return Cast(cast.columns, (*_required(field), *cast.rules))


def typed(name: str) -> pl.Expr:
    """The column of typed values, where the rules are asked."""
    return pl.col(TYPED + name)


def _unread(name: str) -> pl.Expr:
    return pl.col(name).is_not_null() & typed(name).is_null()


def _required(field: Field) -> tuple[Rule, ...]:
    if not field.required:
        return ()
    return (Rule("required", field.name, f"{field.name} is required and empty", pl.col(field.name).is_null()),)


def _text(field: Field, text: pl.DataFrame, reading: Reading) -> Cast:
    rules: tuple[Rule, ...] = ()
    if field.allowed:
        broken = pl.col(field.name).is_not_null() & ~pl.col(field.name).is_in(list(field.allowed))
        message = f"{field.name} must be one of {', '.join(field.allowed)}"
        rules = (Rule("allowed_values", field.name, message, broken),)
    return Cast({field.name: pl.col(field.name)}, rules)


def _zone(field: Field, text: pl.DataFrame, reading: Reading) -> Cast:
    known = sorted(zoneinfo.available_timezones())
    broken = pl.col(field.name).is_not_null() & ~pl.col(field.name).is_in(known)
    rule = Rule("unknown_zone", field.name, f"{field.name} must be an IANA time zone such as Europe/Berlin", broken)
    return Cast({field.name: pl.col(field.name)}, (rule,))


def _plain_number(name: str, reading: Reading) -> pl.Expr:
    """The number with a point for its decimal mark; what the source's marks cannot mean stays as it is, and breaks."""
    text = pl.col(name).str.strip_chars(" ")
    if reading.decimal_mark == "." and not reading.thousands_mark:
        return text
    mark, group = re.escape(reading.decimal_mark), re.escape(reading.thousands_mark or "")
    whole = rf"(\d+|\d{{1,3}}({group}\d{{3}})+)" if group else r"\d+"
    reads = text.str.contains(rf"^[+-]?({whole}({mark}\d*)?|{mark}\d+)$")
    plain = text.str.replace_all(reading.thousands_mark, "", literal=True) if reading.thousands_mark else text
    plain = plain.str.replace_all(reading.decimal_mark, ".", literal=True)
    foreign = text.str.replace_all(".", "?", literal=True)
    return pl.when(reads).then(plain).otherwise(foreign)


def _decimal(field: Field, text: pl.DataFrame, reading: Reading) -> Cast:
    name = field.name
    number = _plain_number(name, reading)
    finite = ~number.str.to_lowercase().str.contains(r"^[+-]?(nan|inf|infinity)$")
    plain = number.str.contains(_PLAIN)
    scale = number.str.extract(r"\.(\d*?)0*$", 1).str.len_chars().fill_null(0)
    whole = number.str.extract(r"^[+-]?0*(\d*)", 1).str.len_chars()
    fits = (scale <= 6) & (whole <= 12)
    trimmed = number.str.strip_prefix("+").str.replace(r"(\.\d{0,6})\d*$", "${1}")
    value = pl.when(plain & fits).then(trimmed).cast(DECIMAL, strict=False)
    rules = [
        Rule("not_finite", name, f"{name} must be a finite number", ~finite),
        Rule("not_a_number", name, f"{name} must be a plain decimal number such as 12.50", finite & ~plain),
        Rule("too_many_decimals", name, f"{name} may have six decimals at most", plain & (scale > 6)),
        Rule(
            "out_of_range", name, f"{name} may have twelve digits before the decimal mark at most", plain & (whole > 12)
        ),
    ]
    return Cast({name: value}, (*rules, *_minimum(field)))


def _minimum(field: Field) -> tuple[Rule, ...]:
    if field.minimum is None:
        return ()
    value = typed(field.name)
    below = value <= field.minimum if field.exclusive else value < field.minimum
    wording = "above" if field.exclusive else "at least"
    return (Rule("minimum", field.name, f"{field.name} must be {wording} {field.minimum}", below),)


def _integer(field: Field, text: pl.DataFrame, reading: Reading) -> Cast:
    value = pl.col(field.name).str.strip_chars(" ").cast(pl.Int64, strict=False)
    rule = Rule("not_a_number", field.name, f"{field.name} must be a whole number", _unread(field.name))
    return Cast({field.name: value}, (rule,))


def _boolean(field: Field, text: pl.DataFrame, reading: Reading) -> Cast:
    lowered = pl.col(field.name).str.strip_chars(" ").str.to_lowercase()
    value = pl.when(lowered.is_in(_TRUE)).then(True).when(lowered.is_in(_FALSE)).then(False)
    rule = Rule("not_a_boolean", field.name, f"{field.name} must be true or false", _unread(field.name))
    return Cast({field.name: value}, (rule,))


def _date(field: Field, text: pl.DataFrame, reading: Reading) -> Cast:
    name = field.name
    value, ambiguous = _day(name, text, reading)
    message = f"{name}: day first and month first both fit the whole column; declare which"
    unclear = Rule("ambiguous_date_order", name, message, _unread(name) & ambiguous)
    return Cast({name: value}, (unclear, _no_such_day(name)))


def _no_such_day(name: str) -> Rule:
    return Rule("no_such_day", name, f"{name}: no such day; write it as 2026-01-31", _unread(name))


def _day(name: str, text: pl.DataFrame, reading: Reading) -> tuple[pl.Expr, pl.Expr]:
    """The day a text names, and whether it is slashed in a file that leaves the order of day and month open."""
    column = pl.col(name).str.strip_chars(" ")
    iso = pl.when(column.str.contains(_DAY)).then(column.str.slice(0, 10)).str.to_date("%Y-%m-%d", strict=False)
    readings = [iso, *(column.str.to_date(item, strict=False) for item in reading.day_formats)]
    if reading.day_formats:
        return pl.coalesce(readings), pl.lit(False)
    orders = {file[0]: day_month_order(part[name]) for file, part in text.group_by(FILE)}
    slashed = pl.when(column.str.contains(_SLASHED)).then(column.str.replace_all(".", "/", literal=True))
    for order, pattern in (("day first", "%d/%m/%Y"), ("month first", "%m/%d/%Y")):
        files = [file for file, found in orders.items() if found == order]
        readings.append(pl.when(pl.col(FILE).is_in(files)).then(slashed).str.to_date(pattern, strict=False))
    open_files = [file for file, found in orders.items() if found == "ambiguous"]
    return pl.coalesce(readings), pl.col(FILE).is_in(open_files) & column.str.contains(_SLASHED)


def day_month_order(text: pl.Series) -> str | None:
    """ "day first", "month first" or "ambiguous" for a column with slashed dates; None where it has none.

    One order must fit the whole column: a number above 12 settles it. Both orders at once are ambiguous too.
    """
    slashed = text.drop_nulls().str.strip_chars(" ")
    slashed = slashed.filter(slashed.str.contains(_SLASHED))
    if slashed.len() == 0:
        return None
    parts = slashed.str.extract_all(r"\d+")
    first, second = (parts.list.get(position).cast(pl.Int64) > 12 for position in (0, 1))
    day_first, month_first = (first & ~second).any(), (second & ~first).any()
    if day_first == month_first:
        return "ambiguous"
    return "day first" if day_first else "month first"


def _moment(field: Field, text: pl.DataFrame, reading: Reading) -> Cast:
    name = field.name
    day_column = field.day_column or f"{name}_date"
    column = pl.col(name).str.strip_chars(" ").str.replace(" ", "T", literal=True)
    zoned = column.str.contains(_INSTANT)
    naive = column.str.contains(_NAIVE)
    instants = [_zoned_instant(pl.when(zoned).then(column))]
    if reading.zone:
        instants.append(_local_instant(pl.when(naive).then(column), reading.zone))
    instant = pl.coalesce(instants)
    day, is_open = _day(name, text, reading)
    told_day = pl.when(~zoned & ~naive).then(day)
    unread = _unread(name) & typed(day_column).is_null()
    ambiguous = unread & is_open
    rules = [
        Rule("ambiguous_date_order", name, f"{name}: day first and month first both fit; declare which", ambiguous)
    ]
    if reading.zone:
        message = f"{name}: this local time does not exist or exists twice in {reading.zone}"
        rules.append(Rule("local_time_gap", name, message, unread & naive & _reads_as_naive(column)))
    else:
        message = f"{name}: the time has no zone; write it in UTC as 2026-01-31T08:00:00Z, or declare the source's zone"
        rules.append(Rule("no_time_zone", name, message, unread & naive))
    rules.append(_not_an_instant(name, unread))
    return Cast({name: instant, day_column: told_day}, tuple(rules))


def _not_an_instant(name: str, unread: pl.Expr) -> Rule:
    message = f"{name} is neither an instant such as 2026-01-31T08:00:00Z nor a day"
    return Rule("not_an_instant", name, message, unread)


def _usual_instant(name: str) -> pl.Expr:
    """The UTC instant of a usual text, by its places: half the time of parsing it."""
    text = pl.col(name)
    hours, minutes, seconds = (text.str.slice(place, 2).cast(pl.Int64) for place in (11, 14, 17))
    fraction = text.str.slice(20, 6).cast(pl.Int64, strict=False).fill_null(0)
    day = text.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False).cast(pl.Datetime("us")).to_physical()
    return (day + ((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + fraction).cast(pl.Datetime("us"))


def _usual_decimal(field: Field) -> Cast:
    return Cast({field.name: pl.col(field.name).cast(DECIMAL)}, _minimum(field))


def _usual_boolean(field: Field) -> Cast:
    return Cast({field.name: pl.col(field.name) == "true"}, ())


def _usual_date(field: Field) -> Cast:
    name = field.name
    return Cast({name: pl.col(name).str.to_date("%Y-%m-%d", strict=False)}, (_no_such_day(name),))


def _usual_moment(field: Field) -> Cast:
    columns = {field.name: _usual_instant(field.name), field.day_column or "": pl.lit(None, dtype=pl.Date)}
    return Cast(columns, (_not_an_instant(field.name, _unread(field.name)),))


_USUAL = {"decimal": _usual_decimal, "boolean": _usual_boolean, "date": _usual_date, "moment": _usual_moment}


def _zoned_instant(column: pl.Expr) -> pl.Expr:
    normal = column.str.replace(r"Z$", "+00:00").str.replace(r"([+-]\d{2})(\d{2})$", "${1}:${2}")
    normal = normal.str.replace(r"^(.{16})([+-])", "${1}:00${2}")
    parsed = normal.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%:z", time_unit="us", time_zone="UTC", strict=False)
    return parsed.dt.replace_time_zone(None)


def _naive_timestamp(column: pl.Expr) -> pl.Expr:
    normal = column.str.replace(r"^(.{16})$", "${1}:00")
    return normal.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="us", strict=False)


def _reads_as_naive(column: pl.Expr) -> pl.Expr:
    return _naive_timestamp(column).is_not_null()


def _local_instant(column: pl.Expr, zone: str) -> pl.Expr:
    local = _naive_timestamp(column).dt.replace_time_zone(zone, ambiguous="null", non_existent="null")
    return local.dt.convert_time_zone("UTC").dt.replace_time_zone(None)


def texts(frame: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """The frame with every named column present, as text; null where the file has no such column."""
    return frame.with_columns(
        [pl.lit(None, dtype=pl.String).alias(name) for name in names if name not in frame.columns]
    )
