"""The experiments, one module per lesson; what several lessons share stands in modules of its own."""
