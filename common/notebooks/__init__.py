"""A module as a notebook: its lesson, and exercises that are solved and checked in it."""
