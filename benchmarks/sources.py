"""The table that a benchmark is asked to use."""

import argparse

from tabular.settings import TableSource


def source_of(arguments: argparse.Namespace) -> TableSource:
    """Return the file that was named, or else the course's own table."""
    if arguments.file:
        return TableSource(file=arguments.file, target=arguments.target)
    return TableSource(data=arguments.data)
