"""Trained runs at work, as a person and a program meet them."""
