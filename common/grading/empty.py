"""What the sandbox shows as `__init__` of the tests' packages; the real ones might tell more."""
