"""What an exported run of texts takes along: words, n-grams and characters, in NumPy."""
