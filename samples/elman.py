"""An Elman network learns the sunspot cycle by backpropagation through time.

    adcompile samples/elman.py --head "loss(Wx, Wh, bh, Wy, by) > return" --mode adjoint -o elman_adjoint.py

`sunspots.csv` holds Wolfer's yearly sunspot numbers, 1700 to 1987.  The network reads them year by
year and says next year's number; its derivative runs back through all 287 years.
"""

import csv
import pathlib

import numpy as np

SUNSPOTS = pathlib.Path(__file__).with_name("sunspots.csv")


def loss(
    Wx: "Float[np.ndarray, 'h']",
    Wh: "Float[np.ndarray, 'h h']",
    bh: "Float[np.ndarray, 'h']",
    Wy: "Float[np.ndarray, 'h']",
    by: float,
    series: "Float[np.ndarray, 't']",
):
    """Mean squared error of the forecast of each year from the years before."""
    h = np.zeros(len(bh))
    total = 0.0
    for t in range(len(series) - 1):
        h = np.tanh(Wx * series[t] + Wh @ h + bh)
        err = Wy @ h + by - series[t + 1]
        total += err * err
    return total / (len(series) - 1)


def sunspots() -> np.ndarray:
    with SUNSPOTS.open() as file:
        return np.array([float(row["sunspots"]) for row in csv.DictReader(file)]) / 100.0


def initial(hidden: int = 6) -> list:
    rng = np.random.default_rng(0)
    Wh = rng.normal(size=(hidden, hidden)) * 0.3
    return [rng.normal(size=hidden), Wh, np.zeros(hidden), rng.normal(size=hidden) * 0.3, 0.0]


def adam(value_and_grad, params: list, series: np.ndarray, epochs: int, rate: float = 0.02):
    """Adam's method; returns the parameters and the loss of every epoch."""
    first = [np.zeros_like(p) for p in params]
    second = [np.zeros_like(p) for p in params]
    history = []
    for epoch in range(1, epochs + 1):
        value, gradient = value_and_grad(*params, series)
        history.append(value)
        for i, g in enumerate(gradient):
            first[i] = 0.9 * first[i] + 0.1 * g
            second[i] = 0.999 * second[i] + 0.001 * g * g
            step = first[i] / (1 - 0.9**epoch) / (np.sqrt(second[i] / (1 - 0.999**epoch)) + 1e-8)
            params[i] = params[i] - rate * step
    return params, history


def main() -> None:
    import adcompile as ad

    series = sunspots()
    value_and_grad = ad.value_and_grad(loss, wrt=("Wx", "Wh", "bh", "Wy", "by"))
    _, history = adam(value_and_grad, initial(), series, epochs=200)
    same_as_last_year = np.mean(np.diff(series) ** 2)
    print(f"mean squared error: {history[0]:.4f} at first, {history[-1]:.4f} after training")
    print(f"                    {same_as_last_year:.4f} for 'as many as this year'")


if __name__ == "__main__":
    main()
