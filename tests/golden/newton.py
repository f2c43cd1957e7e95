"""A loop whose number of turns depends on the data."""


def root(a: float, x: float) -> float:
    for _ in range(100):
        step = (x * x * x - a) / (3.0 * x * x)
        x = x - step
        if abs(step) < 1e-14:
            break
    return x


def root_while(a: float) -> float:
    x = 1.0
    err = 1.0
    while err > 1e-14:
        new = 0.5 * (x + a / x)
        err = abs(new - x)
        x = new
    return x
