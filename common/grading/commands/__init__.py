"""The student's commands and the teacher's."""
