"""The problems once more, for complex numbers: what the answers are compared with.

Written apart from the primals and in another way where there is one.  A derivative is the imaginary
part of the function a tiny imaginary step away, which loses no digits.  `FUNCTIONS` gives for each
problem the function of all its independents in one vector, and the vector, in the answer's order.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

Vector = np.ndarray[Any, Any]
Reference = tuple[Callable[[Vector], Vector], Vector]
STEP = 1e-60


def derivative(f: Callable[[Vector], Vector], z: Vector, way: Vector) -> Vector:
    """Of f at z in a direction."""
    return np.imag(f(z + 1j * STEP * way)) / STEP


def square(given: Any) -> Reference:
    return lambda z: z**2, np.array([given])


def llsq(given: Any) -> Reference:
    t = np.array([-1 + 2 * i / (given["n"] - 1) for i in range(given["n"])])

    def f(z: Vector) -> Vector:
        misfit = np.sign(t) - np.polynomial.polynomial.polyval(t, z)
        return (misfit @ misfit)[None] / 2

    return f, np.array(given["x"])


def logsumexp(z: Vector) -> Any:
    top = np.max(np.real(z), axis=-1)
    return top + np.log(np.exp(z - top[..., None]).sum(axis=-1))


def lse(given: Any) -> Reference:
    return lambda z: logsumexp(z[None]), np.array(given["x"])


def solution(given: Any) -> Reference:
    """ode: as a matrix with x below its diagonal, and a constant."""

    def f(z: Vector) -> Vector:
        h = 2 / given["s"]
        y = np.zeros_like(z)
        for _ in range(given["s"]):
            a = z * np.append(1, y[:-1])
            b = z * np.append(1, (y + h / 2 * a)[:-1])
            c = z * np.append(1, (y + h / 2 * b)[:-1])
            d = z * np.append(1, (y + h * c)[:-1])
            y = y + h * (a / 6 + b / 3 + c / 3 + d / 6)
        return y

    return f, np.array(given["x"])


def last(given: Any) -> Reference:
    f, z = solution(given)
    return lambda z: f(z)[-1:], z


def det(given: Any) -> Reference:
    ell = given["ell"]
    return lambda z: np.linalg.det(z.reshape(ell, ell))[None], np.array(given["A"])


def gmm(given: Any) -> Reference:
    d, k, n, m, gamma = (given[name] for name in ("d", "k", "n", "m", "gamma"))
    x = np.reshape(given["x"], (n, d))
    row, column = [], []
    for j in range(d):
        for i in range(j + 1, d):
            row.append(i)
            column.append(j)

    def f(z: Vector) -> Vector:
        alpha, mu, q, l = np.split(z, np.cumsum([k, k * d, k * d]))
        mu, q, l = mu.reshape(k, d), q.reshape(k, d), l.reshape(k, len(row))
        Q = np.zeros((k, d, d), dtype=z.dtype)
        Q[:, row, column] = l
        Q[:, range(d), range(d)] = np.exp(q)
        moved = np.einsum("kij,nkj->nki", Q, x[:, None] - mu, optimize=True)
        beta = alpha + q.sum(axis=1) - (moved**2).sum(axis=2) / 2
        p = d + m + 1
        gammas = sum(math.lgamma((p + 1 - j) / 2) for j in range(1, d + 1))
        multigamma = d * (d - 1) / 4 * math.log(math.pi) + gammas
        prior = m * q.sum() - gamma**2 / 2 * (np.exp(2 * q).sum() + (l**2).sum())
        prior += k * (p * d * (math.log(gamma) - math.log(2) / 2) - multigamma)
        total = logsumexp(beta).sum() - n * logsumexp(alpha[None])[0]
        return (total - n * d / 2 * math.log(2 * math.pi) + prior)[None]

    parts = [np.ravel(given[name]) for name in ("alpha", "mu", "q", "l")]
    return f, np.concatenate(parts)


def lstm(given: Any) -> Reference:
    main, extra = np.array(given["main_params"]), np.array(given["extra_params"])
    state, sequence = np.array(given["state"]), np.array(given["sequence"])
    l, b = len(main) // 2, extra.shape[1]

    def f(z: Vector) -> Vector:
        weight, bias = z[: main.size].reshape(l, 2, 4, b).swapaxes(0, 1)
        scale, slope, offset = z[main.size :].reshape(3, b)
        hidden, cell = list(state[0::2].astype(complex)), list(state[1::2].astype(complex))
        loss = 0
        for x, gold in itertools.pairwise(sequence):
            x = x * scale
            for i in range(l):
                fed = [x, hidden[i], x, hidden[i]]
                g = [fed[j] * weight[i, j] + bias[i, j] for j in range(4)]
                keep, enter, leave = (0.5 + 0.5 * np.tanh(g[j] / 2) for j in range(3))
                cell[i] = cell[i] * keep + enter * np.tanh(g[3])
                x = hidden[i] = leave * np.tanh(cell[i])
            y = x * slope + offset
            loss = loss - gold @ y + gold.sum() * np.log(np.exp(y).sum() + 2)
        return np.atleast_1d(loss / (b * (len(sequence) - 1)))

    return f, np.append(main, extra)


def ba(given: Any) -> Reference:
    """Of one observation: camera, point, weight -> two residuals."""

    def f(z: Vector) -> Vector:
        r, centre, (focal, *middle), (k0, k1) = z[:3], z[3:6], z[6:9], z[9:11]
        square = (r**2).sum()
        sine, cosine = 1 - square / 6, 1 / 2 - square / 24
        if abs(square) > 1e-12:
            angle = np.sqrt(square)
            sine, cosine = np.sin(angle) / angle, (1 - np.cos(angle)) / square
        K = np.array([[0, -r[2], r[1]], [r[2], 0, -r[0]], [-r[1], r[0], 0]])
        R = np.eye(3) + sine * K + cosine * K @ K
        seen = R @ (z[11:14] - centre)
        plane = seen[:2] / seen[2]
        square = (plane**2).sum()
        bent = plane * (1 + k0 * square + k1 * square**2) * focal + np.array(middle)
        return z[14] * (bent - np.array(given["feat"]))

    return f, np.array([*given["cam"], *given["x"], given["w"]])


def ht(given: Any) -> Reference:
    """The common shift of all places first, where there are places, and then the pose."""
    us = np.array(given["us"])
    first = 2 if given["us"] else 0

    def f(z: Vector) -> Vector:
        model, data = given["data"]["model"], given["data"]
        hand = posed(model, z[first:])
        corners = np.array(data["correspondences"])
        if first:
            u = us + z[:2]
            whole = np.column_stack([u, 1 - u.sum(axis=1)])
            triangles = np.array(model["triangles"])[corners]
            there = np.einsum("pc,pci->pi", whole, hand[triangles])
        else:
            there = hand[corners]
        return (np.array(data["points"]) - there).ravel()

    return f, np.append(np.zeros(first), given["theta"])


def posed(model: Any, theta: Vector) -> Vector:
    """The vertices of a hand."""
    angles = np.zeros((22, 3), dtype=complex)
    for finger in range(5):
        own = theta[6 + 4 * finger : 10 + 4 * finger]
        angles[2 + 4 * finger, :2] = own[:2]
        angles[3 + 4 * finger, 0] = own[2]
        angles[4 + 4 * finger, 0] = own[3]
    base = np.array(model["base_positions"]).T
    absolutes: list[Vector] = []
    hand: Any = 0
    for i, parent in enumerate(model["parents"]):
        x, z, y = angles[i]
        turned = np.eye(4, dtype=complex)
        turned[:3, :3] = turn(2, z) @ turn(1, y) @ turn(0, x)
        here = np.array(model["base_relatives"][i]) @ turned
        absolutes.append(here if parent < 0 else absolutes[parent] @ here)
        moved = absolutes[i] @ np.array(model["inverse_base_absolutes"][i]) @ base
        hand = hand + np.array(model["weights"])[:, i] * moved
    hand = hand[:3]
    if model["is_mirrored"]:
        hand = hand * np.array([[-1], [1], [1]])
    r = theta[:3]
    angle = np.sqrt((r**2).sum())
    if abs(angle) >= 1e-4:
        K = np.array([[0, -r[2], r[1]], [r[2], 0, -r[0]], [-r[1], r[0], 0]]) / angle
        hand = hand + np.sin(angle) * K @ hand + (1 - np.cos(angle)) * K @ (K @ hand)
    return hand.T + theta[3:6]


def turn(axis: int, angle: Any) -> Vector:
    """The rotation about a coordinate axis."""
    R = np.eye(3, dtype=complex)
    i, j = (axis + 1) % 3, (axis + 2) % 3
    R[i, i] = R[j, j] = np.cos(angle)
    R[j, i], R[i, j] = np.sin(angle), -np.sin(angle)
    return R


FUNCTIONS: dict[tuple[str, str], Callable[[Any], Reference]] = {
    ("hello", "square"): square, ("hello", "double"): square,
    ("llsq", "primal"): llsq, ("llsq", "gradient"): llsq,
    ("lse", "primal"): lse, ("lse", "gradient"): lse,
    ("ode", "primal"): solution, ("ode", "gradient"): last,
    ("det", "primal"): det, ("det", "gradient"): det,
    ("gmm", "objective"): gmm, ("gmm", "jacobian"): gmm,
    ("lstm", "objective"): lstm, ("lstm", "jacobian"): lstm,
    ("ht", "objective"): ht, ("ht", "jacobian"): ht,
}  # fmt: skip
