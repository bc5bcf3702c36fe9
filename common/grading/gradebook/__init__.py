"""The journal of grades, and what lateness costs."""
