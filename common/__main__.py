"""python -m common: the teacher's commands."""

import argparse
import sys


def main(argv: list[str] | None = None) -> int:
    """Run one command; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m common", description="Commands that belong to no domain."
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    summary = "say what this computer lacks, and what mends it"
    doctor = commands.add_parser("doctor", help=summary, description=summary)
    doctor.add_argument("--json", action="store_true", help="print the findings for machines")
    doctor.set_defaults(run=_doctor)
    arguments = parser.parse_args(argv)
    return arguments.run(arguments)


def _doctor(arguments: argparse.Namespace) -> int:
    from common import doctor

    return doctor.main(["--json"] if arguments.json else [])


if __name__ == "__main__":
    sys.exit(main())
