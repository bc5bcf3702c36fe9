"""Slices by hand, as a tuple."""


def random_parts(n, fractions, generator):
    order = generator.permutation(n)
    first = round(n * fractions[0])
    second = round(n * (fractions[0] + fractions[1])) if fractions[2] else n
    return order[:first], order[first:second], order[second:]
