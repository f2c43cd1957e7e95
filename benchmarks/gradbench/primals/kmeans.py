"""K-means clustering: the cost of centroids, and a Newton step on it."""

import math

import numpy as np

import adcompile as ad


def cost(points, centroids):
    total = 0.0
    for i in range(len(points)):
        best = math.inf
        for j in range(len(centroids)):
            distance = 0.0
            for c in range(points.shape[1]):
                difference = points[i, c] - centroids[j, c]
                distance += difference * difference
            if distance < best:
                best = distance
        total += best
    return total


def direction(points, centroids):
    """The gradient over the diagonal of the Hessian, which is diagonal."""
    gradient, curvature = ad.jvp(
        ad.grad(cost, wrt=1), (points, centroids), (None, np.ones_like(centroids))
    )
    return gradient / curvature
