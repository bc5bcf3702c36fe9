"""A lecture from a lesson: its text as slides, with its figures and what its exercises draw."""
