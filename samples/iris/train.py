"""Train the network of model.py with momentum, using only NumPy and the emitted adjoint."""

import csv
import pathlib

import numpy as np
from model_adjoint import loss_adjoint

IRIS = pathlib.Path(__file__).with_name("iris.csv")
SPECIES = ["setosa", "versicolor", "virginica"]


def flowers():
    """Fisher's 150 flowers: four standardized measurements each, and the species as a unit vector."""
    with IRIS.open() as file:
        rows = list(csv.reader(file))[1:]
    x = np.array([[float(cell) for cell in row[:4]] for row in rows])
    y = np.eye(3)[[SPECIES.index(row[4]) for row in rows]]
    return (x - x.mean(axis=0)) / x.std(axis=0), y


def train(epochs=200, rate=0.5, momentum=0.9, hidden=8):
    x, y = flowers()
    rng = np.random.default_rng(0)
    params = [rng.normal(size=(4, hidden)) * 0.5, np.zeros(hidden)]
    params += [rng.normal(size=(hidden, 3)) * 0.5, np.zeros(3)]
    velocity = [np.zeros_like(p) for p in params]
    for epoch in range(epochs):
        value, gradient = loss_adjoint(*params, x, y)
        for p, v, g in zip(params, velocity, gradient, strict=True):
            v *= momentum
            v -= rate * (1.0 - momentum) * g
            p += v
        if epoch % 50 == 0:
            print(f"epoch {epoch:3}: loss {value:.4f}")
    W1, b1, W2, b2 = params
    guess = np.argmax(np.tanh(x @ W1 + b1) @ W2 + b2, axis=1)
    return value, np.mean(guess == np.argmax(y, axis=1))


if __name__ == "__main__":
    value, accuracy = train()
    print(f"loss {value:.4f}, training accuracy {accuracy:.1%}")
