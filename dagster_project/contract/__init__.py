"""The data contract: what every source is mapped to before anything else sees it, as data."""
