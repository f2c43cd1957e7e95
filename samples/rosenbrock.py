"""Newton's method on Rosenbrock's valley, with the exact Hessian.

    adcompile samples/rosenbrock.py --function rosenbrock -o rosenbrock_derivatives.py

`python samples/rosenbrock.py` lets `adcompile.hessian` make the Hessian: the tangent of the adjoint.
"""

import numpy as np


def rosenbrock(x: "Float[np.ndarray, 'n']") -> float:
    """The banana-shaped valley; its minimum is 0 at (1, 1, ..., 1)."""
    total = 0.0
    for i in range(len(x) - 1):
        total += 100.0 * (x[i + 1] - x[i] ** 2) ** 2 + (1.0 - x[i]) ** 2
    return total


def newton(value_and_grad, hessian, x: np.ndarray, tolerance: float = 1e-10) -> list[np.ndarray]:
    """Damped Newton steps from x; returns every iterate."""
    path = [x]
    value, gradient = value_and_grad(x)
    while np.linalg.norm(gradient) > tolerance and len(path) < 100:
        step = np.linalg.solve(hessian(x), gradient)
        scale = 1.0
        while rosenbrock(x - scale * step) > value and scale > 1e-6:
            scale *= 0.5
        x = x - scale * step
        path.append(x)
        value, gradient = value_and_grad(x)
    return path


def main() -> None:
    import adcompile as ad

    path = newton(ad.value_and_grad(rosenbrock), ad.hessian(rosenbrock), np.array([-1.2, 1.0]))
    for number, x in enumerate(path):
        print(f"{number:2}: x = ({x[0]: .10f}, {x[1]: .10f})   f(x) = {rosenbrock(x):.3e}")


if __name__ == "__main__":
    main()
