"""Hand tracking: how far the points of a scan are from a hand that is posed by angles."""

import numpy as np


def pose_of(theta):
    """Rotation, scale and place of the hand, two unused rows, then three angles a bone."""
    pose = np.zeros((25, 3))
    pose[0] = theta[0:3]
    pose[1] = 1.0
    pose[2] = theta[3:6]
    t = 6
    row = 5
    for _ in range(5):
        for joint in range(1, 4):
            pose[row, 0] = theta[t]
            t += 1
            if joint == 1:
                pose[row, 1] = theta[t]
                t += 1
            row += 1
        row += 1
    return pose


def rotation(angles):
    """About x by the first angle, then about y by the third, then about z by the second."""
    c, s = np.cos(angles), np.sin(angles)
    about_x = np.array([[1.0, 0.0, 0.0], [0.0, c[0], -s[0]], [0.0, s[0], c[0]]])
    about_y = np.array([[c[2], 0.0, s[2]], [0.0, 1.0, 0.0], [-s[2], 0.0, c[2]]])
    about_z = np.array([[c[1], -s[1], 0.0], [s[1], c[1], 0.0], [0.0, 0.0, 1.0]])
    return about_z @ about_y @ about_x


def axis_rotation(axis):
    """The rotation about an axis by its length."""
    angle = np.sqrt(np.sum(axis * axis))
    if angle < 1e-4:
        return np.eye(3)
    x, y, z = axis / angle
    c = np.cos(angle)
    s = np.sin(angle)
    return np.array(
        [
            [x * x + (1 - x * x) * c, x * y * (1 - c) - z * s, x * z * (1 - c) + y * s],
            [x * y * (1 - c) + z * s, y * y + (1 - y * y) * c, y * z * (1 - c) - x * s],
            [x * z * (1 - c) - y * s, z * y * (1 - c) + x * s, z * z + (1 - z * z) * c],
        ]
    )


def vertices(theta, parents, relatives, inverses, base, weights, mirrored):
    """Where the vertices of the posed hand are."""
    pose = pose_of(theta)
    bones = len(parents)
    absolutes = np.zeros((bones, 4, 4))
    positions = np.zeros((len(base), 3))
    for i in range(bones):
        turn = np.eye(4)
        turn[:3, :3] = rotation(pose[3 + i])
        absolute = relatives[i] @ turn
        if parents[i] >= 0:
            absolute = absolutes[parents[i]] @ absolute
        absolutes[i] = absolute
        transform = absolute @ inverses[i]
        positions += weights[:, i : i + 1] * (base @ transform[:3].T)
    if mirrored:
        positions[:, 0] *= -1.0
    return positions @ (axis_rotation(pose[0]) * pose[1]).T + pose[2]


def objective(theta, parents, relatives, inverses, base, weights, mirrored, points, corners):
    """With the vertex of each point."""
    hand = vertices(theta, parents, relatives, inverses, base, weights, mirrored)
    return (points - hand[corners]).ravel()


def objective_on_triangles(
    theta, us, parents, relatives, inverses, base, weights, mirrored, points, corners
):
    """With a place in a triangle for each point: two barycentric coordinates."""
    hand = vertices(theta, parents, relatives, inverses, base, weights, mirrored)
    u, v = us[:, 0:1], us[:, 1:2]
    a, b, c = hand[corners[:, 0]], hand[corners[:, 1]], hand[corners[:, 2]]
    return (points - (u * a + v * b + (1 - u - v) * c)).ravel()


def shifted_on_triangles(
    shift, theta, us, parents, relatives, inverses, base, weights, mirrored, points, corners
):
    """All places moved alike by the first two numbers, the pose by the others.

    A point's residual depends on its own place only: the derivative by the common shift is the
    one by its own.
    """
    return objective_on_triangles(
        theta + shift[2:], us + shift[:2],
        parents, relatives, inverses, base, weights, mirrored, points, corners,
    )  # fmt: skip
