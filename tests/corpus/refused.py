"""Programs that are refused, each with the words of the message; the line is marked by `# here`."""

import numpy as np

from corpus.cases import refuse

X = np.array([0.3, -0.7, 1.2, 0.5, 0.9])


def view_rebound_in_loop(x):
    u = x.copy()
    v = u[:2]
    for i in range(3):
        v[0] = v[1] * 1.5 + i
        v = u[i : i + 2]  # here
    return u * v[0]


refuse("may share its memory", view_rebound_in_loop, X)
