"""A recurrent network of LSTM layers with diagonal weights, and its loss on a sequence."""

import numpy as np


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def layer(weight, bias, hidden, cell, x):
    fed = np.concatenate((x, hidden, x, hidden))
    gates = (fed * weight + bias).reshape(4, len(hidden))
    forget, enter, out = sigmoid(gates[:3])
    cell = cell * forget + enter * np.tanh(gates[3])
    return out * np.tanh(cell), cell


def predict(main, extra, state, x):
    """The next element of the sequence; the state moves on."""
    x = x * extra[0]
    for i in range(0, len(main), 2):
        hidden, cell = layer(main[i], main[i + 1], state[i], state[i + 1], x)
        state[i] = hidden
        state[i + 1] = cell
        x = hidden
    return x * extra[1] + extra[2]


def objective(main, extra, state, sequence):
    state = state.copy()
    steps = len(sequence) - 1
    total = 0.0
    for t in range(steps):
        y = predict(main, extra, state, sequence[t])
        total += np.sum(sequence[t + 1] * (y - np.log(np.sum(np.exp(y)) + 2.0)))
    return -total / (steps * sequence.shape[1])
