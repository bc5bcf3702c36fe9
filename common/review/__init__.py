"""A page on this computer to go through a graded class: code, checks, points by hand."""
