"""Each share rounded by itself."""


def random_parts(n, fractions, generator):
    train, valid, test = (round(n * share) for share in fractions)
    order = generator.permutation(n)
    return [order[:train], order[train : train + valid], order[train + valid :][:test]]
