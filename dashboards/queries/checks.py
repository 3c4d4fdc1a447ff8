"""What the gates found of a company before the build was published."""

from __future__ import annotations

from typing import Any

import duckdb

from dashboards.queries.build import fetch


def checks(con: duckdb.DuckDBPyConnection, source: str) -> list[dict[str, Any]]:
    """Results of the gates for a source and for no single one, what did not hold first; none in a build without them.

    gate, suite, expectation_id, sentence, severity, status (pass, warn, note, not_assessed), failing_rows,
    assessed_rows, withholds and examples (JSON lists), reason.
    """
    known = fetch(con, "select 1 as found from duckdb_tables() where table_name = 'check_results'")
    if not known:
        return []
    return fetch(
        con,
        """select
    gate, suite, expectation_id, sentence, severity, status, failing_rows, assessed_rows, withholds, examples, reason
from check_results
where source_system in ($source, '')
order by list_position(['fail', 'warn', 'note', 'pass', 'not_assessed'], status), gate, expectation_id""",
        {"source": source},
    )
