"""The course's own speech and noise, and how they are made."""
