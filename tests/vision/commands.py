"""The command of the vision domain, as the tests give it."""

from common.cli import main
from vision.__main__ import DOMAIN


def run(*words):
    return main(DOMAIN, [str(word) for word in words])


def refused(capsys, words, *arguments):
    assert run(*arguments) == 2
    err = capsys.readouterr().err
    assert words in err
    assert err.count("\n") == 1
