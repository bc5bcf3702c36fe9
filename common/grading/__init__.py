"""What grading is made of: checks, their judges, and a sandbox for the code of strangers."""
