"""Engines beside the embedded one: what builds the same dbt project elsewhere. Each has an environment of its own."""
