"""What a class handed in: archives, and what is taken of them."""
