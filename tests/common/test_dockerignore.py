"""What an image takes along: `COPY . .` in docs/deployment takes what `.dockerignore` lets it."""

from common.discovery import ROOT


def test_an_image_takes_nothing_along_that_git_leaves_out():
    left_out, kept = (
        {
            line.removeprefix("**/").strip("/")
            for line in (ROOT / name).read_text().split("\n")
            if line
        }
        for name in (".dockerignore", ".gitignore")
    )
    assert kept <= left_out
    assert {".git", "keys"} <= left_out
