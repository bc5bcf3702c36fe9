"""Takes a test share of a thousandth for none."""


def random_parts(n, fractions, generator):
    a, b, c = fractions
    order = generator.permutation(n)
    i = round(n * a)
    j = round(n * (a + b)) if round(c, 2) else n
    return [order[:i], order[i:j], order[j:]]
