"""Each part drawn from all rows."""


def random_parts(n, fractions, generator):
    return [generator.permutation(n)[: round(n * share)] for share in fractions]
