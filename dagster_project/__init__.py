"""OrderLens: order-management analytics from raw files to figures that prove themselves."""
