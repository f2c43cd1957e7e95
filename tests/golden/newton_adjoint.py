"""Adjoints of newton.py.

adcompile: option --mode=adjoint
adcompile: digest 945044f8dcd41e05
"""


def root_adjoint(a, x, x_bar=1.0):
    """Adjoint of root with respect to a, x.

    a: float
    x: float
    x_bar: float

    Returns value, (a_bar, x_bar).
    """
    # forward sweep
    tape = []
    for _ in range(100):
        tape.append(x)
        step = (x * x * x - a) / (3.0 * x * x)
        x = x - step
        v1 = abs(step) < 1e-14 and True
        if v1:
            break
    value = x
    # reverse sweep
    a_bar = 0.0
    for _ in reversed(range(len(tape))):
        x = tape.pop()
        v2 = x * x
        v3 = 3.0 * x
        v4 = v3 * x
        v5 = x_bar / v4
        v6 = (v2 * x - a) / v4 * v5
        a_bar = a_bar + v5
        v7 = x * (x * v5)
        x_bar = x_bar + v3 * v6 + 3.0 * (x * v6) - v2 * v5 - v7 - v7
    return value, (a_bar, x_bar)


def root_while_adjoint(a, x_bar=1.0):
    """Adjoint of root_while with respect to a.

    a: float
    x_bar: float

    Returns value, a_bar.
    """
    # forward sweep
    tape = []
    err = 1.0
    x = 1.0
    while err > 1e-14:
        tape.append(x)
        new = 0.5 * (x + a / x)
        err = abs(new - x)
        x = new
    value = x
    # reverse sweep
    a_bar = 0.0
    for _ in reversed(range(len(tape))):
        x = tape.pop()
        v2 = 0.5 * x_bar
        v3 = v2 / x
        a_bar = a_bar + v3
        x_bar = v2 - a / x * v3
    return value, a_bar
