"""The log posterior of a mixture of Gaussians with a Wishart prior."""

import math

import numpy as np


def logsumexp(a):
    top = np.max(a)
    return np.log(np.sum(np.exp(a - top))) + top


def logsumexp_rows(a):
    top = np.max(a, axis=1)
    return np.log(np.sum(np.exp(a - top[:, None]), axis=1)) + top


def triangle(diagonal, below):
    """A lower triangular matrix; what is below the diagonal comes column by column."""
    d = len(diagonal)
    Q = np.zeros((d, d))
    start = 0
    for j in range(d):
        stop = start + d - 1 - j
        Q[j, j] = diagonal[j]
        Q[j + 1 :, j] = below[start:stop]
        start = stop
    return Q


def log_multigamma(a, d):
    total = 0.25 * d * (d - 1) * math.log(math.pi)
    for j in range(d):
        total += math.lgamma(a - 0.5 * j)
    return total


def log_wishart(exp_q, l, sum_q, m, gamma):
    k, d = exp_q.shape
    p = d + m + 1
    constant = p * d * math.log(gamma / math.sqrt(2)) - log_multigamma(0.5 * p, d)
    squares = np.sum(exp_q * exp_q) + np.sum(l * l)
    return -0.5 * gamma * gamma * squares + m * np.sum(sum_q) + k * constant


def objective(alpha, mu, q, l, x, m, gamma):
    n, d = x.shape
    k = len(alpha)
    exp_q = np.exp(q)
    sum_q = np.sum(q, axis=1)
    beta = np.zeros((n, k))
    for j in range(k):
        z = (x - mu[j]) @ triangle(exp_q[j], l[j]).T
        beta[:, j] = alpha[j] + sum_q[j] - 0.5 * np.sum(z * z, axis=1)
    likelihood = np.sum(logsumexp_rows(beta)) - n * logsumexp(alpha)
    constant = -0.5 * n * d * math.log(2 * math.pi)
    return constant + likelihood + log_wishart(exp_q, l, sum_q, m, gamma)
