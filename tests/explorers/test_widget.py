"""The widget's state: the table equals the catalogue, and the output is fit for a stored notebook."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from ipywidgets.embed import dependency_state

from course_lib import activations, explorers
from course_lib.explorers import Explorer
from course_lib.explorers.spec import Curve, Panel, Slider, Spec
from course_lib.language import Text


def tables(explorer) -> tuple[np.ndarray, np.ndarray]:
    nodes = np.frombuffer(explorer.nodes, "<f8")
    grid = [len(slider["grid"]) for slider in explorer.spec["parameters"]]
    return nodes, np.frombuffer(explorer.table, "<f4").reshape(*grid, len(explorer.spec["curves"]), len(nodes))


@pytest.mark.parametrize("name", [name for name in activations.names(beyond=True) if name != "softmax"])
def test_table_holds_the_catalogues_values(name):
    explorer = explorers.activation(name)
    nodes, table = tables(explorer)
    apart = np.concatenate([[True], np.diff(nodes) > 0]) & np.concatenate([np.diff(nodes) > 0, [True]])
    settings = explorer.spec["parameters"][0]["grid"] if explorer.spec["parameters"] else [None]
    parameters = activations.get(name).parameters
    for setting, (value, slope) in zip(settings, table.reshape(-1, 2, len(nodes)), strict=True):
        function = activations.get(name, **({parameters[0].name: setting} if parameters else {}))
        np.testing.assert_array_equal(value[apart], function(nodes)[apart].astype(np.float32))
        np.testing.assert_array_equal(slope[apart], function.derivative(nodes)[apart].astype(np.float32))


def test_softmax_is_shown_as_a_slice():
    nodes, table = tables(explorers.activation("softmax"))
    np.testing.assert_allclose(table[0, 0], 1 / (1 + np.exp(-4 - nodes) + np.exp(-nodes)), rtol=1e-6)


@pytest.mark.parametrize("name", activations.names(beyond=True))
def test_breaks_are_the_kinks_seen_from_three_sides(name):
    explorer = explorers.activation(name)
    nodes, table = tables(explorer)
    assert np.all(np.diff(nodes) >= 0)
    positions, times = np.unique(nodes, return_counts=True)
    assert positions[times > 1].tolist() == explorer.spec["breaks"]
    assert set(times) <= {1, 3}
    # Wherever the catalogue has a kink at some setting, there is a break; elsewhere the curves are continuous.
    kinks = set(activations.get(name).kinks)
    assert kinks <= set(explorer.spec["breaks"])
    jumps = np.abs(np.diff(table[..., np.abs(nodes) < 6.1], axis=-1))
    steps = np.diff(nodes[np.abs(nodes) < 6.1])
    assert np.all(jumps[..., steps > 0] < 0.35)


def test_what_is_in_sight_at_the_start_fits_the_panels():
    for name in activations.names(beyond=True):
        explorer = explorers.activation(name)
        value, slope = explorer.spec["panels"]
        cells = (value["maximum"] - value["minimum"]) / explorer.spec["population"]["bin"]
        assert cells == pytest.approx(round(cells))
        assert value["minimum"] / explorer.spec["population"]["bin"] == pytest.approx(
            round(value["minimum"] / explorer.spec["population"]["bin"])
        )
        function = activations.get(name)
        x = np.linspace(-6, 6, 101)
        seen = function(x) if function.elementwise else np.array([0.0, 1.0])
        assert value["minimum"] < seen.min()
        assert seen.max() < value["maximum"]
        assert slope["minimum"] < 0 < 1 < slope["maximum"]


def test_comparison_adds_named_curves():
    explorer = explorers.activation("swish", compare=["relu", activations.get("elu", alpha=2.0)], beta=2.0)
    assert [curve["label"]["en"] for curve in explorer.spec["curves"]] == [
        *("Swish", "Swish", "ReLU", "ReLU", "ELU", "ELU")
    ]
    assert [curve["main"] for curve in explorer.spec["curves"]] == [True, True, False, False, False, False]
    assert explorer.spec["parameters"][0]["value"] == 2.0
    nodes, table = tables(explorer)
    assert np.all(table[:, 4, nodes == -6.0] == np.float32(activations.get("elu", alpha=2.0)(-6.0)))
    for panel in (0, 1):
        places = sorted(curve["label_at"] for curve in explorer.spec["curves"] if curve["panel"] == panel)
        assert np.all(np.diff(places) >= 2)


def test_slider_reaches_a_start_outside_its_usual_range():
    slider = explorers.activation("leaky_relu", negative_slope=1.5).spec["parameters"][0]
    assert slider["value"] == slider["maximum"] == slider["grid"][-1] == 1.5


def test_every_text_is_in_both_languages():
    def texts(value):
        if isinstance(value, dict) and set(value) == {"en", "fa"}:
            yield value
        elif isinstance(value, dict | list):
            for item in value.values() if isinstance(value, dict) else value:
                yield from texts(item)

    for name in activations.names():
        found = list(texts(explorers.activation(name).spec))
        assert len(found) > 15
        for text in found:
            assert text["en"].strip()
            assert text["fa"].strip()
            assert not set(text["fa"]) & set("يك,;?0123456789") or text["fa"] == text["en"] or "[x, a, 0]" in text["fa"]


def test_stored_state_is_complete_and_small():
    explorer = explorers.activation("relu")
    # What is saved with a page; `drop_defaults` would drop the drawing code.
    state = dependency_state(explorer, drop_defaults=True)[explorer.model_id]
    assert {"_esm", "_css", "spec"} <= set(state["state"])
    assert {tuple(buffer["path"]) for buffer in state["buffers"]} == {("nodes",), ("table",)}
    assert len(json.dumps(state)) < 150_000


def test_output_is_the_same_in_every_run():
    first, second = (explorers.activation("gelu")._repr_mimebundle_()[0] for _ in range(2))
    assert first["text/plain"] == second["text/plain"]
    assert first["text/plain"].startswith("GELU: ")
    assert "image/png" not in first
    assert "application/vnd.jupyter.widget-view+json" in first


@pytest.mark.parametrize("name", activations.names(beyond=True))
def test_output_says_which_figure_shows_the_same_on_paper(name):
    _, metadata = explorers.activation(name)._repr_mimebundle_()
    called = metadata["course_figure"]
    assert called["function"] == "activation"
    assert called["arguments"].pop("name") == name
    assert (called["arguments"].pop("low"), called["arguments"].pop("high")) == (-6.0, 6.0)
    assert activations.get(name, **called["arguments"]) == activations.get(name)


def test_constant_functions_and_other_axes_have_explorers_too():
    assert "Linear" in repr(explorers.activation("linear", slope=0.0))
    assert repr(explorers.activation("softmax", axis=0)) == repr(explorers.activation("softmax"))


def test_errors_speak_both_languages():
    with pytest.raises(ValueError, match=r"(?s)rellu.*rellu"):
        explorers.activation("rellu")
    with pytest.raises(ValueError, match="negative_slope"):
        explorers.activation("leaky_relu", negative_slope=float("nan"))
    with pytest.raises(ValueError, match="gelo"):
        explorers.activation("relu", compare=["gelo"])


def minimal() -> Spec:
    """Return an explorer of another lesson: one curve with its slope, no parameter, no population."""
    text = Text(en="cube", fa="توان سوم")
    curve = Curve(label=text, label_at=None, colour="#000000", panel=0, main=True)
    panel = Panel(label=text, symbol="f(x)", minimum=-8, maximum=8, height=100)
    return Spec(
        title=text,
        description=text,
        words={},
        x=Slider(label=text, symbol="x", minimum=-2, maximum=2, step=0.1, value=0),
        breaks=(),
        panels=(panel, panel),
        curves=(curve, replace(curve, panel=1, main=False)),
        value=0,
        slope=1,
    )


def test_a_table_must_fit_its_spec():
    x = np.linspace(-2, 2, 41)
    table = np.stack([x**3, 3 * x**2])
    assert Explorer(minimal(), x, table).table == table.astype("<f4").tobytes()
    for wrong in (table[:1], table[None], np.where(x == 0, np.nan, table)):
        with pytest.raises(ValueError, match=r"\(2, 41\).*\n.*جدول"):
            Explorer(minimal(), x, wrong)


def test_import_is_lean():
    program = (
        "import sys; from course_lib import explorers; explorers.activation('relu');"
        "print(sorted({'torch', 'matplotlib', 'scipy', 'pandas', 'sklearn'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
