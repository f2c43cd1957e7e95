"""Adjoints of newton.py.

adcompile: option --mode=adjoint
adcompile: digest 15ca02c1c1ad6c31
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
        x -= step
        if abs(step) < 1e-14:
            break
    value = x
    # reverse sweep
    a_bar = 0.0
    for x in reversed(tape):
        v1 = x * x
        v2 = 3.0 * x
        v3 = v2 * x
        v4 = x_bar / v3
        v5 = (v1 * x - a) / v3 * v4
        a_bar += v4
        v6 = x * (x * v4)
        x_bar = x_bar + v2 * v5 + 3.0 * (x * v5) - v1 * v4 - v6 - v6
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
    for x in reversed(tape):
        v1 = 0.5 * x_bar
        v2 = v1 / x
        a_bar += v2
        x_bar = v1 - a / x * v2
    return value, a_bar
