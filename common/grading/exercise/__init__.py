"""An exercise: its statement, its checks, and the student edition that is released."""
