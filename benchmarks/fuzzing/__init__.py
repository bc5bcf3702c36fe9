"""Valid files of every kind, what is changed in them, and how each is tried."""
