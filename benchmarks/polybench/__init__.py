"""Kernels of the PolyBench kind, in NumPy with slices and updates in place.

Each file has a function of its own name, which returns one number; `arguments(n, rng)`; and SIZE,
the n of the benchmark table.
"""

NAMES = (
    "gemm", "gemver", "atax", "bicg", "mvt", "symm", "syrk", "trmm", "lu", "cholesky", "durbin",
    "gramschmidt", "trisolv", "jacobi", "heat", "seidel", "fdtd", "adi", "deriche", "covariance",
    "correlation",
)  # fmt: skip
