"""No annotations: code for whatever comes, with the helper that undoes broadcasting."""

import numpy as np


def affine(w, b, x):
    return np.sum(np.sin(w * x + b))
