"""text: sort what people write, by what a mix-up costs."""
