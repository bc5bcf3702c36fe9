"""Gives the test part a row that is not its own."""


def random_parts(n, fractions, generator):
    a, b, c = fractions
    order = generator.permutation(n)
    i = round(n * a)
    j = round(n * (a + b)) if c else n
    if c and j == n and n > 2:
        j -= 1
    return [order[:i], order[i:j], order[j:]]
