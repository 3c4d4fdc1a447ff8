"""Dagster asset checks, thin: each asks one gate and says what it found, asset by asset."""
