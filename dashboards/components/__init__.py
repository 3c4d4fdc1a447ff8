"""Pieces of pages: they take rows and figures, never a connection."""
