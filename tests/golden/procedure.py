"""A procedure that returns nothing and leaves its result in an argument."""

import numpy as np


def gemm(
    alpha: float,
    A: "Float[np.ndarray, 'n k']",
    B: "Float[np.ndarray, 'k m']",
    C: "Float[np.ndarray, 'n m']",
) -> None:
    C *= 0.5
    C += alpha * (A @ B)
