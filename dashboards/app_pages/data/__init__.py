"""Pages: they draw, and load what they draw from queries."""
