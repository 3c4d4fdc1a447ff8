"""What OrderLens costs, measured beside the same job written by hand; `make bench` runs it."""
