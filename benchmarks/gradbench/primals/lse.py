"""The logarithm of a sum of exponentials."""

import numpy as np


def primal(x):
    top = np.max(x)
    return np.log(np.sum(np.exp(x - top))) + top
