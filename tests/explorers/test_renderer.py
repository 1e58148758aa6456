"""What the browser computes from the table, against the catalogue and against numerical integration."""

from __future__ import annotations

import numpy as np
import pytest

from course_lib import activations, explorers

NAMES = activations.names(beyond=True)


def exact(name: str, setting: float | None):
    """Return value and derivative as functions of x, by the catalogue alone."""
    if name == "softmax":
        softmax = activations.get("softmax")

        def logits(x):
            return np.stack([x, np.full_like(x, setting), np.zeros_like(x)], axis=-1)

        return (lambda x: softmax(logits(x))[..., 0]), (lambda x: softmax.derivative(logits(x))[..., 0, 0])
    parameters = activations.get(name).parameters
    function = activations.get(name, **({parameters[0].name: setting} if parameters else {}))
    return function, function.derivative


def settings_of(explorer) -> list[list[float]]:
    """Return some settings of the sliders, most of them between the table's."""
    sliders = explorer.spec["parameters"]
    if not sliders:
        return [[]]
    (slider,) = sliders
    span = slider["maximum"] - slider["minimum"]
    return [[slider["minimum"] + share * span] for share in (0.0, 0.013, 0.2, 0.33, 0.518, 0.85, 1.0)]


@pytest.mark.parametrize("name", NAMES)
def test_interpolation_is_right_to_the_digits_on_screen(javascript, name):
    explorer = explorers.activation(name)
    x = np.round(np.random.default_rng(1).uniform(-6, 6, 300), 2)
    x = np.concatenate([x, [-6.0, -0.01, 0.0, 0.01, 6.0]])
    settings = settings_of(explorer)
    shown = javascript(
        """return task.settings.map((setting) => {
             const [value, slope] = curvesAt(setting);
             return [value, slope].map((curve) => task.x.map((x) => renderer.valueAt(grid, curve, x)));
           });""",
        explorer,
        {"x": x.tolist(), "settings": settings},
    )
    for setting, (value, slope) in zip(settings, shown, strict=True):
        f, derivative = exact(name, setting[0] if setting else None)
        np.testing.assert_allclose(value, f(x), rtol=0, atol=3e-4)
        np.testing.assert_allclose(slope, derivative(x), rtol=0, atol=5e-4)


@pytest.mark.parametrize(
    ("name", "left", "at", "right"),
    [
        ("step", (0, 0), (1, 0), (1, 0)),
        ("relu", (0, 0), (0, 0), (0, 1)),
        ("selu", (0, 1.7581), (0, 1.7581), (0, 1.0507)),
    ],
)
def test_nothing_is_interpolated_across_a_kink(javascript, name, left, at, right):
    shown = javascript(
        "return [-1e-9, 0, 1e-9].map((x) => curvesAt([]).map((curve) => renderer.valueAt(grid, curve, x)));",
        explorers.activation(name),
    )
    np.testing.assert_allclose(shown, [left, at, right], atol=1e-4)


@pytest.mark.parametrize("name", NAMES)
def test_moments_and_flat_share_are_within_one_per_cent(javascript, name):
    explorer = explorers.activation(name)
    populations = [(0.0, 1.0), (-3.0, 1.0), (3.0, 2.0), (-1.3, 0.1), (0.45, 0.35), (-3.0, 2.0)]
    settings = settings_of(explorer)
    shown = javascript(
        """return task.settings.map((setting) => {
             const [value, slope] = curvesAt(setting);
             const flat = spec.population.flat * renderer.steepest(grid, slope, spec.x.minimum, spec.x.maximum);
             return task.populations.map(([mean, deviation]) => {
               const { mean: first, variance } = renderer.pushForward(grid, value, slope, mean, deviation,
                 { ...spec.panels[0], bin: spec.population.bin });
               const intervals = renderer.flatIntervals(grid, slope, flat);
               return [first, variance, renderer.flatShare(grid, intervals, mean, deviation)];
             });
           });""",
        explorer,
        {"settings": settings, "populations": populations},
    )
    z = np.linspace(-8.5, 8.5, 340_001)
    weight = np.exp(-0.5 * z * z)
    weight /= weight.sum()
    x_seen = np.linspace(-6, 6, 24_001)
    for setting, rows in zip(settings, shown, strict=True):
        f, derivative = exact(name, setting[0] if setting else None)
        peak = np.abs(derivative(x_seen)).max()
        for (mean, deviation), (first, variance, share) in zip(populations, rows, strict=True):
            y, slope = f(mean + deviation * z), derivative(mean + deviation * z)
            expected = weight @ y
            spread = weight @ (y - expected) ** 2
            flat = weight @ (np.abs(slope) < 0.05 * peak) if peak else 1.0
            assert first == pytest.approx(expected, abs=0.01 * np.sqrt(spread) + 1e-4)
            assert variance == pytest.approx(spread, rel=0.01, abs=1e-6)
            assert share == pytest.approx(flat, abs=0.01)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("relu", {0: 0.5}), ("step", {0: 0.5, 1: 0.5}), ("tanh", {}), ("gelu", {}), ("swish", {}), ("sigmoid", {})],
)
def test_only_exactly_level_pieces_give_atoms_and_no_input_is_lost(javascript, name, expected):
    explorer = explorers.activation(name)
    atoms, mass = javascript(
        """const [value, slope] = curvesAt(spec.parameters.map((slider) => slider.value));
           const axis = { ...spec.panels[0], bin: spec.population.bin };
           const { atoms, density } = renderer.pushForward(grid, value, slope, 0, 1, axis);
           const spread = density.reduce((sum, share) => sum + share * axis.bin, 0);
           return [[...atoms], spread + [...atoms.values()].reduce((sum, share) => sum + share, 0)];""",
        explorer,
    )
    assert {value: pytest.approx(share, abs=1e-6) for value, share in atoms} == expected
    assert mass == pytest.approx(1, abs=1e-5)


def test_leaky_relu_without_a_slope_is_relu(javascript):
    share, atoms = javascript(
        """const [value, slope] = curvesAt([0]);
           const { atoms } = renderer.pushForward(grid, value, slope, 0, 1, { minimum: -1, maximum: 6, bin: 0.1 });
           return [renderer.flatShare(grid, renderer.flatIntervals(grid, slope, 0.05), 0, 1), [...atoms]];""",
        explorers.activation("leaky_relu"),
    )
    assert share == pytest.approx(0.5, abs=1e-6)
    assert atoms == [[0, pytest.approx(0.5, abs=1e-6)]]


def test_numbers_and_texts_in_both_languages(javascript):
    written = javascript(
        """const { format, percent, say } = renderer;
           return [
             format(-1.25, 2, "en"), format(-1.25, 2, "fa"), format(-0.0001, 2, "en"), format(0.5, 1, "both"),
             percent(0.5, "en"), percent(0.5, "fa"), percent(1, "en"),
             percent(0.9999, "en"), percent(1e-5, "fa"), percent(0, "en"),
             say({ en: "mean", fa: "میانگین" }, "en"), say({ en: "ReLU", fa: "ReLU" }, "both"),
           ];"""
    )
    assert written == [
        *("−1.25", "−۱٫۲۵", "0.00", "0.5"),
        *("50.0%", "۵۰٫۰٪", "100.0%", ">99.9%", "<۰٫۱٪", "0.0%"),
        *("mean", "ReLU"),
    ]  # fmt: skip


def test_ticks_are_round_and_include_zero(javascript):
    ticks = javascript("return [renderer.ticks(-6, 6, 600, 46), renderer.ticks(-0.1, 1.1, 240, 34)];")
    assert ticks[0]["positions"] == list(range(-6, 7))
    np.testing.assert_allclose(ticks[1]["positions"], [0, 0.2, 0.4, 0.6, 0.8, 1.0], atol=1e-12)
    assert ticks[1]["decimals"] == 1
