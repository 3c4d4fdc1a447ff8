"""Dagster assets, thin: each calls one function of a package that knows nothing of Dagster."""
