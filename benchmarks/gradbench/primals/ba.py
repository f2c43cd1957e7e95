"""Bundle adjustment: where cameras should see points, against where they did."""

import math

import numpy as np

import adcompile as ad


def rotated(r0, r1, r2, x, y, z):
    """The vector turned about the axis r, by Rodrigues' formula."""
    square = r0 * r0 + r1 * r1 + r2 * r2
    if square == 0.0:
        return x + r1 * z - r2 * y, y + r2 * x - r0 * z, z + r0 * y - r1 * x
    angle = math.sqrt(square)
    cosine = math.cos(angle)
    sine = math.sin(angle)
    a0 = r0 / angle
    a1 = r1 / angle
    a2 = r2 / angle
    along = (a0 * x + a1 * y + a2 * z) * (1.0 - cosine)
    return (
        x * cosine + (a1 * z - a2 * y) * sine + a0 * along,
        y * cosine + (a2 * x - a0 * z) * sine + a1 * along,
        z * cosine + (a0 * y - a1 * x) * sine + a2 * along,
    )


def residual(cam, point, w, feat):
    """cam: rotation 3, centre 3, focal length, principal point 2, radial distortion 2."""
    x, y, z = rotated(
        cam[0], cam[1], cam[2], point[0] - cam[3], point[1] - cam[4], point[2] - cam[5]
    )
    u = x / z
    v = y / z
    square = u * u + v * v
    factor = cam[6] * (1.0 + cam[9] * square + cam[10] * square * square)
    return w * (u * factor + cam[7] - feat[0]), w * (v * factor + cam[8] - feat[1])


def weight_error(w):
    return 1.0 - w * w


def objective(cams, points, weights, feats, observations):
    p = len(weights)
    errors = np.zeros((p, 2))
    weight_errors = np.zeros(p)
    for i in range(p):
        cam = cams[observations[i, 0]]
        point = points[observations[i, 1]]
        errors[i, 0], errors[i, 1] = residual(cam, point, weights[i], feats[i])
        weight_errors[i] = weight_error(weights[i])
    return errors, weight_errors


def partials(cams, points, weights, feats, observations):
    """Of each residual by its camera, its point and its weight; then of each weight's error."""
    p = len(weights)
    values = np.zeros(31 * p)
    for i in range(p):
        cam = cams[observations[i, 0]]
        point = points[observations[i, 1]]
        _, pullback = ad.vjp(residual, cam, point, weights[i], feats[i])
        at = 30 * i
        cam_bar, point_bar, w_bar, _ = pullback((1.0, 0.0))
        values[at : at + 11] = cam_bar
        values[at + 11 : at + 14] = point_bar
        values[at + 14] = w_bar
        cam_bar, point_bar, w_bar, _ = pullback((0.0, 1.0))
        values[at + 15 : at + 26] = cam_bar
        values[at + 26 : at + 29] = point_bar
        values[at + 29] = w_bar
        values[30 * p + i] = ad.grad(weight_error)(weights[i])
    return values


def structure(n, m, observations):
    """Where these stand in the matrix: where its rows start, and their columns.

    The unknowns are n cameras, m points and the weights.
    """
    p = len(observations)
    starts = np.zeros(3 * p + 1, dtype=np.int32)
    starts[: 2 * p] = 15 * np.arange(2 * p)
    starts[2 * p :] = 30 * p + np.arange(p + 1)
    unknowns = np.arange(11 * n + 3 * m + p, dtype=np.int32)
    of_cameras = unknowns[: 11 * n].reshape(n, 11)
    of_points = unknowns[11 * n : 11 * n + 3 * m].reshape(m, 3)
    of_weights = unknowns[11 * n + 3 * m :]
    columns = np.empty(31 * p, dtype=np.int32)
    block = columns[: 30 * p].reshape(p, 2, 15)
    block[:, 0, :11] = np.take(of_cameras, observations[:, 0], axis=0)
    block[:, 0, 11:14] = np.take(of_points, observations[:, 1], axis=0)
    block[:, 0, 14] = of_weights
    block[:, 1] = block[:, 0]
    columns[30 * p :] = of_weights
    return starts, columns
