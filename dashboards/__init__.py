"""Readers of the published build: queries, pages, exports."""
