"""Value."""


def gradient(function, x):
    return function(x).expand_as(x)
