"""All SQL that pages and the command line use; stdlib and duckdb only, so that start-up stays fast."""
