"""Figures of spans: how each stands at an as-of, how long it lasted, and which are left out."""

from __future__ import annotations

from tests.figure_builds import ask, behind, span, week


def test_open_spans_are_censored_and_a_percentile_that_is_not_reached_is_no_data() -> None:
    spans = [span("cycle_time", str(n), hours) for n, hours in enumerate((72, 120, 192))]
    spans += [span("cycle_time", "open", None), span("cycle_time", "also", None)]
    (row,) = ask("cycle_time", spans=spans, as_of="2026-01-20").rows
    assert (row["numerator"], row["denominator"], row["censored"]) == (3, 5, 2)
    assert (row["value"], row["p90"]) == (192, None)
    assert {one["t"]: one["survival"] for one in row["survival"]} == {72: 0.8, 120: 0.6, 192: 0.4}


def test_a_cancelled_span_is_censored_in_the_headline_and_a_competing_end_beside_it() -> None:
    spans = [span("cycle_time", "a", 10), span("cycle_time", "b", None, cancelled_at="2026-01-01 05:00:00")]
    (row,) = ask("cycle_time", spans=spans, as_of="2026-01-20").rows
    assert (row["value"], row["cancelled"], row["open"]) == (10, 1, 0)
    assert (row["completed_share"], row["cancelled_share"]) == (0.5, 0.5)


def test_a_span_that_ended_nobody_knows_when_is_neither_open_nor_ended_and_said_to_be_left_out() -> None:
    spans = [span("cycle_time", "a", 10), span("cycle_time", "b", None, is_end_unknown=True)]
    found = ask("cycle_time", spans=spans, as_of="2026-01-20")
    (row,) = found.rows
    assert (row["numerator"], row["denominator"], row["open"], row["value"]) == (1, 1, 0, 10)
    assert found.notes == ["1 have ended at an instant that is not known, and are left out"]
    rows = behind("cycle_time", spans=spans, as_of="2026-01-20").rows
    assert [(one["unit"], one["status"], one["duration"]) for one in rows] == [
        ("a", "ended", 10),
        ("b", "unknown", None),
    ]
    assert behind("cycle_time", spans=spans, as_of="2026-01-20", only_failed=True).rows == []


def test_completions_count_before_censorings_at_the_same_time() -> None:
    spans = [span("cycle_time", "a", 10), span("cycle_time", "b", None, cancelled_at="2026-01-01 10:00:00")]
    assert ask("cycle_time", spans=spans, as_of="2026-01-20").rows[0]["value"] == 10


def test_one_half_is_found_where_the_product_of_fractions_is_one_half() -> None:
    spans = [span("cycle_time", str(n), 1 + n) for n in range(6)]
    assert ask("cycle_time", spans=spans, as_of="2026-01-20").rows[0]["value"] == 3


def test_what_the_customer_asked_to_wait_for_is_taken_off_the_net_time() -> None:
    spans = [span("cycle_time", "a", 72, waited_hours=24)]
    assert ask("cycle_time", spans=spans, as_of="2026-01-20").rows[0]["value"] == 72
    assert ask("net_cycle_time", spans=spans, as_of="2026-01-20").rows[0]["value"] == 48
    assert ask("lead_time", spans=spans, as_of="2026-01-20").rows[0]["value"] == 3


def test_business_hours_leave_out_what_is_not_worked() -> None:
    days = week(True, True, False, False, True, True)
    spans = [span("promise_time", "a", 4 * 24 + 6, calendar_id="W"), span("promise_time", "b", None, calendar_id="W")]
    rows = ask("promise_time", spans=spans, days=days, as_of="2026-01-05T12:00:00Z").rows
    assert (rows[0]["value"], rows[0]["numerator"], rows[0]["denominator"]) == (54, 1, 2)


def test_a_span_that_ends_after_its_cancellation_was_cancelled() -> None:
    at = "2026-01-01 05:00:00"
    spans = [span("cycle_time", "late", 10, cancelled_at=at), span("cycle_time", "at once", 5, cancelled_at=at)]
    (row,) = ask("cycle_time", spans=spans, as_of="2026-01-20").rows
    assert (row["numerator"], row["cancelled"], row["open"], row["value"]) == (1, 1, 0, 5)
    assert (row["completed_share"], row["cancelled_share"]) == (0.5, 0.5)
    (before,) = ask("cycle_time", spans=spans, as_of="2026-01-01T04:00:00Z").rows
    assert (before["numerator"], before["cancelled"], before["open"]) == (0, 0, 2)
    (delivered,) = ask("delivered_time", spans=spans, as_of="2026-01-20").rows
    assert (delivered["numerator"], delivered["denominator"]) == (1, 1)


def test_a_span_is_told_as_it_was_known_at_the_as_of() -> None:
    turns = "2026-01-10 00:00:00"
    spans = [
        span("cycle_time", "a", None, counts_until=turns),
        span("cycle_time", "a", 48, counts_from=turns),
    ]
    for as_of, ended, value in (("2026-01-09", 0, None), ("2026-01-10", 1, 48)):
        (row,) = ask("cycle_time", spans=spans, as_of=as_of).rows
        assert (row["numerator"], row["denominator"], row["value"]) == (ended, 1, value)


def test_a_wait_agreed_after_the_as_of_is_not_taken_off() -> None:
    agreed = "2026-01-02 00:00:00"
    spans = [
        span("cycle_time", "a", 72, counts_until=agreed, waited_hours=0),
        span("cycle_time", "a", 72, counts_from=agreed, waited_hours=24),
    ]
    of_rows = {"spans": spans, "only_failed": True}
    assert behind("net_cycle_time", as_of="2026-01-01T12:00:00Z", **of_rows).rows[0]["duration"] == 12
    assert behind("net_cycle_time", as_of="2026-01-03T00:00:00Z", **of_rows).rows[0]["duration"] == 24
    assert ask("net_cycle_time", spans=spans, as_of="2026-01-20").rows[0]["value"] == 48


def test_spans_that_end_before_they_start_are_left_out_and_counted() -> None:
    backwards = {"started_at": "2026-01-02 00:00:00"}
    spans = [
        span("cycle_time", "a", 10),
        span("cycle_time", "b", 10, **backwards),
        span("cycle_time", "c", None, cancelled_at="2026-01-01 00:00:00", **backwards),
    ]
    found = ask("cycle_time", spans=spans, as_of="2026-01-20")
    assert (found.rows[0]["numerator"], found.rows[0]["denominator"], found.rows[0]["value"]) == (1, 1, 10)
    assert found.notes == ["2 end or are cancelled before they start, and are left out"]
    rows = behind("cycle_time", spans=spans, as_of="2026-01-20").rows
    assert {row["unit"]: (row["status"], row["duration"]) for row in rows} == {
        "a": ("ended", 10),
        "b": ("out_of_order", None),
        "c": ("out_of_order", None),
    }


def test_what_follows_within_a_day_told_without_a_time_came_after_it() -> None:
    started = {"started_at": "2026-01-01 22:59:59.999999"}
    found = ask("cycle_time", spans=[span("cycle_time", "a", 10, **started)], as_of="2026-01-20")
    assert (found.rows[0]["numerator"], found.rows[0]["value"], found.notes) == (1, 0, [])
    early = {"started_at": "2026-01-02 22:59:59.999999"}
    assert ask("cycle_time", spans=[span("cycle_time", "a", 10, **early)], as_of="2026-01-20").rows[0]["value"] is None


def test_the_rows_behind_a_cohort_of_ends_are_booked_to_the_day_of_the_end() -> None:
    spans = [span("cycle_time", "a", 72, ended_date="2026-01-04")]
    assert [str(row["booked_date"]) for row in behind("cycle_time", spans=spans, as_of="2026-01-20").rows] == [
        "2026-01-01"
    ]
    assert [str(row["booked_date"]) for row in behind("delivered_time", spans=spans, as_of="2026-01-20").rows] == [
        "2026-01-04"
    ]


def test_who_reaches_beyond_the_calendar_is_open_at_its_last_day_and_said() -> None:
    days = week(True, True, False, False, True)
    spans = [span("promise_time", "a", 6, calendar_id="W"), span("promise_time", "b", None, calendar_id="W")]
    found = ask("promise_time", spans=spans, days=days, as_of="2026-02-20")
    assert (found.rows[0]["numerator"], found.rows[0]["open"], found.rows[0]["value"]) == (1, 1, 6)
    assert found.notes == ["1 reach beyond the known days of their calendar, and count as open until 2026-01-05"]
    late = [span("promise_time", "a", 30 * 24, calendar_id="W")]
    found = ask("promise_time", spans=late, days=days, as_of="2026-02-20")
    assert (found.rows[0]["numerator"], found.rows[0]["open"], found.rows[0]["value"]) == (0, 1, None)
    assert [row["duration"] for row in behind("promise_time", spans=late, days=days, as_of="2026-02-20").rows] == [48]


def test_who_starts_outside_the_calendar_is_left_out_and_said() -> None:
    days = week(True, True)
    before = span("promise_time", "a", 6, calendar_id="W", started_at="2025-12-31 00:00:00")
    after = span("promise_time", "b", None, calendar_id="W", started_at="2026-01-10 00:00:00")
    without = span("promise_time", "c", 6, calendar_id="X")
    found = ask("promise_time", spans=[before, after, without], days=days, as_of="2026-02-20")
    assert (found.rows[0]["denominator"], found.rows[0]["value"]) == (0, None)
    assert found.notes == ["3 lie outside the known days of their calendar, and are left out"]


def test_the_spans_behind_a_median_say_how_each_stands_and_the_open_ones_can_be_asked_for() -> None:
    spans = [span("cycle_time", "a", 10), span("cycle_time", "b", None)]
    rows = behind("cycle_time", spans=spans, as_of="2026-01-20").rows
    assert [(row["unit"], row["status"], row["duration"]) for row in rows] == [("b", "open", 480), ("a", "ended", 10)]
    assert [row["unit"] for row in behind("cycle_time", spans=spans, as_of="2026-01-20", only_failed=True).rows] == [
        "b"
    ]
