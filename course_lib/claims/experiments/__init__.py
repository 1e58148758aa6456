"""The experiments, one module per lesson: pure functions from their arguments and a device to a Result."""
