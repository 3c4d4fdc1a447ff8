"""Gates: what must hold of data that enters, and of a star that is about to be published, as suites of expectations.

The suites are data (`suites/`); Great Expectations asks them where the data is. Nothing here knows Dagster.
"""
