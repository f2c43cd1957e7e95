"""Deriche's filter for edges: recursions along the rows and the columns, both ways."""

import math

import numpy as np

SIZE = 50


def deriche(alpha, image):
    w, h = image.shape
    gain = (1.0 - math.exp(-alpha)) ** 2
    k = gain / (1.0 + alpha * math.exp(-alpha) - math.exp(2.0 * alpha))
    a2 = k * math.exp(-alpha) * (alpha - 1.0)
    a3 = k * math.exp(-alpha) * (alpha + 1.0)
    a4 = -k * math.exp(-2.0 * alpha)
    b1 = 2.0**-alpha
    b2 = -math.exp(-2.0 * alpha)
    y1 = np.zeros((w, h))
    y1[:, 0] = k * image[:, 0]
    y1[:, 1] = k * image[:, 1] + a2 * image[:, 0] + b1 * y1[:, 0]
    for j in range(2, h):
        y1[:, j] = k * image[:, j] + a2 * image[:, j - 1] + b1 * y1[:, j - 1] + b2 * y1[:, j - 2]
    y2 = np.zeros((w, h))
    y2[:, h - 2] = a3 * image[:, h - 1]
    for j in range(h - 3, -1, -1):
        y2[:, j] = a3 * image[:, j + 1] + a4 * image[:, j + 2]
        y2[:, j] += b1 * y2[:, j + 1] + b2 * y2[:, j + 2]
    rows = y1 + y2
    y1[0, :] = k * rows[0, :]
    y1[1, :] = k * rows[1, :] + a2 * rows[0, :] + b1 * y1[0, :]
    for i in range(2, w):
        y1[i, :] = k * rows[i, :] + a2 * rows[i - 1, :] + b1 * y1[i - 1, :] + b2 * y1[i - 2, :]
    y2[w - 1, :] = 0.0
    y2[w - 2, :] = a3 * rows[w - 1, :]
    for i in range(w - 3, -1, -1):
        y2[i, :] = a3 * rows[i + 1, :] + a4 * rows[i + 2, :] + b1 * y2[i + 1, :] + b2 * y2[i + 2, :]
    result = y1 + y2
    return np.sum(result * result)


def arguments(n, rng):
    return 0.25, rng.uniform(size=(n, n + 6))
