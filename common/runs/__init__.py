"""What a training leaves behind: a run, how it comes to be, and what it is asked afterwards."""
