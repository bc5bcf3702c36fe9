"""`python -m common doctor`: what this computer has, what it lacks, and what fixes it.

Things are tried rather than looked up: libraries are imported, ffmpeg and the sandbox started, all
in processes of their own, so that a library that crashes is a finding and no crash.
"""
