"""The product of n variables: all n partial derivatives for the cost of a few products.

    adcompile samples/product.py --function product --mode adjoint -o product_adjoint.py

Written out, the gradient is n products of n - 1 factors.  The adjoint takes about 3 n
multiplications, whatever n is.
"""

import numpy as np


def product(x: "Float[np.ndarray, 'n']") -> float:
    """x[0] * x[1] * ... * x[n - 1]"""
    y = 1.0
    for i in range(len(x)):
        y = y * x[i]
    return y


def main() -> None:
    import adcompile as ad

    x = np.random.default_rng(1).uniform(0.5, 1.6, size=1000)
    value, gradient = ad.value_and_grad(product)(x)
    print(f"product of {len(x)} numbers: {value:.6e}")
    print(f"largest relative error of the gradient: {np.max(np.abs(gradient * x / value - 1)):.1e}")


if __name__ == "__main__":
    main()
