"""The automatic gearbox: it tries settings within a time limit and keeps the best. See `run`."""
