"""What tools for C++ need for GradBench's problems, as multiples of the primal in C++.

Source: GradBench, C++ tools; the better of Tapenade and CoDiPack, and derivatives by hand, on one
machine and one thread.  A problem without a figure here has none there.
"""

BETTER = {
    "llsq n=4096 m=128": 3.65 / 0.47,
    "lse n=100000": 1.59 / 0.52,
    "ode n=10000 s=100": 20 / 2.4,
    "det ell=7": 0.11 / 0.045,
    "det ell=9": 9.4 / 3.2,
    "gmm d=2 k=5 n=1000": 0.24 / 0.07,
    "gmm d=20 k=25 n=1000": 11.9 / 3.6,
    "ba p=31843": 12.1 / 0.86,
    "ht theta": 4.3 / 0.10,
    "ht theta us": 4.6 / 0.10,
}
"""The better tool's derivative over the primal."""

BY_HAND = {
    "llsq n=4096 m=128": 1.00,
    "lstm l=2 c=128": 1.2,
    "lstm l=4 c=1024": 30.0,
    "ba p=31843": 5.95,
    "ht theta": 0.41,
    "ht theta us": 0.43,
    "kmeans k=10 n=1000": 0.028,
    "kmeans k=100 n=10000": 2.7,
}
"""Milliseconds of the derivative by hand; on another machine other ones."""
