"""The running example of the introductions to AD, with its evaluation trace.

    adcompile samples/running_example.py --function f --mode both -o -

`python samples/running_example.py` prints the trace, the value and the gradient at (1.5, 0.5).
"""

import math


def f(x1: float, x2: float) -> float:
    """(sin(x1/x2) + x1/x2 - exp(x2)) * (x1/x2 - exp(x2))."""
    y = (math.sin(x1 / x2) + x1 / x2 - math.exp(x2)) * (x1 / x2 - math.exp(x2))
    return y


def main() -> None:
    import adcompile as ad
    from adcompile import pipeline
    from adcompile.frontend import sources
    from adcompile.frontend.annotations import annotated
    from adcompile.trace.show import show

    function = sources.of_callable(f)
    print(show(pipeline.derivative(function, annotated(function), ()).trace))
    value, gradient = ad.value_and_grad(f, wrt=("x1", "x2"))(1.5, 0.5)
    print(f"y = {value:.6f}, dy/dx1 = {gradient[0]:.6f}, dy/dx2 = {gradient[1]:.6f}")


if __name__ == "__main__":
    main()
