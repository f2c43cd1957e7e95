"""Networks as people write them: lists of tuples, of lists, dictionaries of them, unannotated."""

import numpy as np

from corpus.cases import add

RNG = np.random.default_rng(7)
LAYERS = [(RNG.standard_normal((3, 3)) * 0.5, RNG.standard_normal(3)) for _ in range(3)]
LISTS = [[w.copy(), b.copy()] for w, b in LAYERS]
NAMED = dict(zip("abc", LAYERS))
BY_NAME = [{"W": w, "b": b} for w, b in LAYERS]
X = RNG.standard_normal((2, 3))


def forward(params, x):
    for W, b in params:
        x = np.tanh(x @ W + b)
    return np.sum(x)


add(forward, LAYERS, X)
add(forward, LISTS, X)
add(forward, tuple(LAYERS), X)


def scaled(params, scales, x):
    for (W, b), s in zip(params, scales):
        x = np.tanh(x @ W + b) * s
    return np.sum(x)


add(scaled, LAYERS, [1.0, 2.0, 0.5], X)


def over_items(params, x):
    total = 0.0
    for name, (W, b) in params.items():
        x = np.tanh(x @ W + b)
        if name != "b":
            total = total + np.sum(x)
    return total


add(over_items, NAMED, X)


def over_values(params, x):
    for W, b in params.values():
        x = np.tanh(x @ W + b)
    return np.sum(x)


add(over_values, NAMED, X)


def last_is_linear(params, x):
    for W, b in params[:-1]:
        x = np.tanh(x @ W + b)
    W, b = params[-1]
    return np.sum(x @ W + b)


add(last_is_linear, LAYERS, X)
add(last_is_linear, LISTS, X)


def by_places(params, x):
    return np.sum(np.tanh(x @ params[0][0] + params[0][1]) @ params[1][0])


add(by_places, LAYERS, X)


def numbered(params, x):
    for i, (W, b) in enumerate(params):
        x = x @ W + b
        if i < len(params) - 1:
            x = np.maximum(x, 0.0)
    return np.sum(x)


add(numbered, LAYERS, X)


def lists_in_a_dictionary(params, x):
    for W, b in zip(params["W"], params["b"]):
        x = np.tanh(x @ W + b)
    return np.sum(x)


add(lists_in_a_dictionary, {"W": [w for w, _ in LAYERS], "b": [b for _, b in LAYERS]}, X)


def dictionaries_in_a_list(params, x):
    for layer in params:
        x = np.tanh(x @ layer["W"] + layer["b"])
    return np.sum(x)


add(dictionaries_in_a_list, BY_NAME, X)


def predicted(params, inputs):
    for W, b in params:
        outputs = np.dot(inputs, W) + b
        inputs = np.tanh(outputs)
    return outputs - np.log(np.sum(np.exp(outputs), axis=1, keepdims=True))


def penalty(params):
    return sum(np.sum(W**2) + np.sum(b**2) for W, b in params)


def log_posterior(params, inputs, targets, strength):
    return np.sum(predicted(params, inputs) * targets) - strength * penalty(params)


add(log_posterior, LAYERS, X, np.ones((2, 3)), 0.3)


def first_and_others(params, x):
    (W, b), *others = params
    x = x @ W + b
    for W, b in others:
        x = np.tanh(x) @ W + b
    return np.sum(x)


add(first_and_others, LAYERS, X)
add(first_and_others, LISTS, X)


def others_and_last(params, x):
    *hidden, (W, b) = params
    for V, c in hidden:
        x = np.tanh(x @ V + c)
    return np.sum(x @ W + b)


add(others_and_last, LAYERS, X)


def moved(params, x):
    new = [(W * 0.9, b - 0.1) for W, b in params]
    for W, b in new:
        x = np.tanh(x @ W + b)
    return np.sum(x)


add(moved, LAYERS, X)


def backwards(params, x):
    for W, b in reversed(params):
        x = np.tanh(x @ W + b)
    return np.sum(x)


add(backwards, LAYERS, X)


def row_by_row(params, x):
    total = 0.0
    for row in x:
        for W, b in params:
            row = np.tanh(np.dot(row, W) + b)
        total += np.sum(row)
    return total


add(row_by_row, LAYERS, X)


def one_pair_for_all(params, x, n):
    pair = params[0]
    for _ in range(n):
        x = np.tanh(x @ pair[0] + pair[1])
    return np.sum(x)


add(one_pair_for_all, LAYERS, X, 2)
add(one_pair_for_all, LISTS, X, 2)


def chosen_pair(params, x):
    pair = params[0] if np.sum(x) > 0 else params[1]
    return np.sum(x @ pair[0] + pair[1])


add(chosen_pair, LAYERS, X)


def layer(W, b, x):
    return np.tanh(x @ W + b)


def handed_on(params, x):
    for pair in params:
        x = layer(pair[0], pair[1], x)
    return np.sum(x)


add(handed_on, LAYERS, X)


def by_recursion(params, x, i):
    if i == len(params):
        return np.sum(x)
    W, b = params[i]
    return by_recursion(params, np.tanh(x @ W + b), i + 1)


add(by_recursion, LAYERS, X, 0)


def leaves_squared(params):
    total = 0.0
    for pair in params:
        for part in pair:
            total = total + np.sum(part * part)
    return total


add(leaves_squared, LAYERS)
add(leaves_squared, LISTS)


def product_of_two(x):
    return x[0] * x[1]


add(product_of_two, [0.5, 0.7])
add(product_of_two, np.array([0.5, 0.7]))
