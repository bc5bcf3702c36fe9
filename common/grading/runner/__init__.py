"""Running checks: the loop, a process of the student's own, and a sandbox for strangers."""
