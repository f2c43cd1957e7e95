"""A square."""


def square(x):
    return x * x
