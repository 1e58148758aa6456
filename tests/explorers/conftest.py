"""Runs the renderer's own JavaScript, outside a browser."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import course_lib.explorers
from course_lib.explorers import Explorer

RENDERER = Path(course_lib.explorers.__file__).with_name("explorer.js")
# Reads {spec, nodes, table, task} and answers with JSON; `body` sees all that the renderer exports.
PROGRAM = """
import { readFileSync } from "node:fs";
import * as renderer from "%s";
const given = JSON.parse(readFileSync(0, "utf8"));
const nodes = Float64Array.from(given.nodes);
const grid = { nodes, segments: renderer.segmentsOf(nodes) };
const table = Float32Array.from(given.table);
const grids = given.spec.parameters?.map((slider) => slider.grid);
const curvesAt = (settings) => {
  const block = renderer.blend(table, grids, settings);
  return given.spec.curves.map((_, i) => block.subarray(i * nodes.length, (i + 1) * nodes.length));
};
const run = (renderer, spec, grid, curvesAt, task) => { %s };
console.log(JSON.stringify(run(renderer, given.spec, grid, curvesAt, given.task)));
"""


def _node() -> str:
    """Return Node.js: the machine's, or the one inside the playwright package."""
    found = shutil.which("node")
    if found:
        return found
    playwright = pytest.importorskip("playwright", reason="neither node nor playwright is installed")
    bundled = Path(playwright.__file__).parent / "driver" / "node"
    if not bundled.exists():
        pytest.skip("no Node.js on this machine")
    return str(bundled)


@pytest.fixture(scope="session")
def javascript(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """Return a function that runs the body of a JavaScript function on an explorer's data and a task."""
    module = tmp_path_factory.mktemp("renderer") / "explorer.mjs"
    shutil.copyfile(RENDERER, module)
    node = _node()

    def run(body: str, explorer: Explorer | None = None, task: Any = None) -> Any:
        given: dict[str, Any] = {"spec": {}, "nodes": [], "table": [], "task": task}
        if explorer is not None:
            given["spec"] = explorer.spec
            given["nodes"] = np.frombuffer(explorer.nodes, "<f8").tolist()
            given["table"] = np.frombuffer(explorer.table, "<f4").tolist()
        done = subprocess.run(
            [node, "--input-type=module", "-e", PROGRAM % (module.as_uri(), body)],
            input=json.dumps(given),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run
