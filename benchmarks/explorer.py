"""How fast the explorer answers in JupyterLab, beside `interact` with Matplotlib and a bare anywidget.

Run ``python benchmarks/explorer.py``; needs the ``lab`` and ``test`` extras and Chromium. Everything is measured in one
run, in headless Chromium without a GPU:

- first picture: from Shift+Enter in a fresh kernel to the first frame that shows the explorer;
- move: from the time stamp of the input event to the end of the frame that shows its result; script: the part of it
  spent in JavaScript event handlers and animation callbacks;
- dropped frames: gaps between animation frames above one and a half frames, in a drag and while nothing happens.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import numpy as np
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Locator, Page, sync_playwright

REPOSITORY = Path(__file__).parents[1]
STARTS, MOVES, SLOW_MOVES, FRAME = 5, 200, 40, 1000 / 60

EXPLORER = 'from course_lib import explorers\nexplorers.activation("{}")'
INTERACT = """
%matplotlib inline
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import interact

@interact(beta=(0.0, 5.0, 0.05))
def draw(beta=1.0):
    x = np.linspace(-6, 6, 241)
    figure, axes = plt.subplots(figsize=(6, 3))
    axes.plot(x, x / (1 + np.exp(-beta * x)))
    plt.show()
"""
BARE = '''
import anywidget

class Bare(anywidget.AnyWidget):
    _esm = """
    export default { render({ el }) {
      el.innerHTML = `<div class="bare">
        <input type="range" min="0" max="5" step="0.05" value="1" style="width: 300px">
        <svg viewBox="-6 -6 12 12" width="600" height="300">
          <path fill="none" stroke="red" stroke-width="0.1"/>
        </svg></div>`;
      const [input, path] = [el.querySelector("input"), el.querySelector("path")];
      const draw = () => {
        let d = "";
        const beta = input.valueAsNumber;
        for (let x = -6; x <= 6; x += 0.05) d += `${d ? "L" : "M"}${x},${-x / (1 + Math.exp(-beta * x))}`;
        path.setAttribute("d", d);
      };
      input.addEventListener("input", draw);
      draw();
    } };
    """

Bare()
'''

# Runs in every page before its own scripts: times handlers and animation callbacks, and notes when a frame is done.
WATCH = """
(() => {
  const ask = window.requestAnimationFrame.bind(window);
  const watch = { moves: [], frames: [], script: 0 };
  window.watch = watch;
  const afterFrame = (then) => ask(() => { const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => then(performance.now()); port2.postMessage(0); });
  watch.afterFrame = afterFrame;
  window.requestAnimationFrame = (callback) => ask((now) => {
    const start = performance.now();
    callback(now);
    watch.script += performance.now() - start;
  });
  let handling = 0;
  window.addEventListener("input", (event) => {
    handling = performance.now();
    watch.script = 0;
    const move = { start: event.timeStamp };
    afterFrame((end) => { watch.moves.push({ total: end - move.start, script: watch.script }); });
  }, true);
  window.addEventListener("input", () => { watch.script += performance.now() - handling; });
  watch.record = (milliseconds) => new Promise((done) => {
    const frames = [];
    const begin = performance.now();
    const tick = (now) => {
      frames.push(now);
      if (performance.now() - begin < milliseconds) ask(tick);
      else done(frames);
    };
    ask(tick);
  });
})();
"""


def notebook(folder: Path, name: str, source: str) -> None:
    cells = [new_code_cell("1"), new_code_cell(source)]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(new_notebook(cells=cells, metadata=metadata), folder / f"{name}.ipynb")


@contextmanager
def jupyterlab(folder: Path, home: Path) -> Iterator[str]:
    """Start JupyterLab on a folder; yields an address to which the notebook's name is added."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    token = secrets.token_hex(16)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    environment |= {f"JUPYTER_{name}_DIR": str(home / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    environment["PYTHONPATH"] = str(REPOSITORY)
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1"),
        *(f"--ServerApp.port={port}", f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}"),
        *("--LabApp.news_url=None", "--LabApp.extension_manager=readonly"),
    ]
    server = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{address}/api/status?token={token}", timeout=5).close()
                break
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        yield f"{address}/lab/tree/{{}}.ipynb?token={token}&reset"
    finally:
        server.terminate()
        server.wait(20)


def start(page: Page, address: str, name: str) -> None:
    """Open a notebook and run its first, trivial cell, so that the kernel has started."""
    page.goto(address.format(name))
    page.wait_for_selector(".jp-NotebookPanel:visible .jp-Cell")
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.locator(".jp-CodeCell .cm-content").first.click()
    page.keyboard.press("Shift+Enter")
    page.locator(".jp-OutputArea-output").first.wait_for()
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.wait_for_timeout(500)


def run_second_cell(page: Page, shown: str) -> float:
    """Run the second cell and return the milliseconds until the first frame that has ``shown``."""
    page.evaluate(
        """(shown) => {
          window.appeared = new Promise((done) => {
            let begin = 0;
            const note = (event) => { if (event.key === "Enter") begin = event.timeStamp; };
            window.addEventListener("keydown", note, true);
            const observer = new MutationObserver(() => {
              if (!document.querySelector(shown)) return;
              observer.disconnect();
              window.watch.afterFrame((end) => done(end - begin));
            });
            observer.observe(document.body, { subtree: true, childList: true, attributeFilter: ["d", "src"] });
          });
        }""",
        shown,
    )
    page.keyboard.press("Shift+Enter")
    return page.evaluate("() => window.appeared")


def drag(page: Page, slider: Locator) -> tuple[list[dict[str, float]], int, int, int]:
    """Drag a slider to and fro; return each move, the dropped and all frames, and the number of kernel messages."""
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    middle, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    reach = 0.45 * box["width"]
    page.mouse.move(middle, y)
    page.mouse.down()
    page.evaluate("() => { window.watch.moves = []; window.recorded = window.watch.record(2500) }")
    messages.clear()
    for k in range(MOVES):
        page.mouse.move(middle + reach * np.sin(k / 12), y)
        time.sleep(0.008)
    frames = page.evaluate("() => window.recorded")
    count = len(messages)
    page.mouse.up()
    moves = page.evaluate("() => window.watch.moves")
    return moves, dropped(frames), len(frames), count


def dropped(frames: list[float]) -> int:
    gaps = np.diff(frames)
    return int(np.sum(np.round(gaps[gaps > 1.5 * FRAME] / FRAME - 1)))


def interact_moves(page: Page) -> list[float]:
    """Move the slider of `interact` by keys and return the milliseconds until each new figure is on screen."""
    page.locator(".noUi-handle").first.focus()
    times = []
    for _ in range(SLOW_MOVES):
        page.evaluate(
            """() => {
              const area = document.querySelector(".widget-output, .jupyter-widgets-output-area");
              const old = area.querySelector("img").src;
              window.appeared = new Promise((done) => {
                let begin = 0;
                const note = (event) => { begin = event.timeStamp; };
                window.addEventListener("keydown", note, { capture: true, once: true });
                const observer = new MutationObserver(() => {
                  const image = area.querySelector("img");
                  if (!image || image.src === old) return;
                  observer.disconnect();
                  image.decode().then(() => window.watch.afterFrame((end) => done(end - begin)));
                });
                observer.observe(area, { subtree: true, childList: true, attributeFilter: ["src"] });
              });
            }"""
        )
        page.keyboard.press("ArrowRight")
        times.append(page.evaluate("() => window.appeared"))
    return times


def row(what: str, times: list[float], target: str = "") -> None:
    p50, p95 = np.percentile(times, [50, 95])
    print(f"{what:<44} {len(times):>5} {p50:>8.1f} {p95:>8.1f} {max(times):>8.1f}   {target}")


messages: list[str] = []


def main() -> None:
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    if browser_path is None:
        sys.exit("Chromium is not installed.")
    with tempfile.TemporaryDirectory() as directory, sync_playwright() as playwright:
        folder, home = Path(directory, "work"), Path(directory, "home")
        folder.mkdir()
        for k in range(STARTS):
            notebook(folder, f"start{k}", EXPLORER.format("relu"))
        for name in ("relu", "swish"):
            notebook(folder, name, EXPLORER.format(name))
        notebook(folder, "interact", INTERACT)
        notebook(folder, "bare", BARE)
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
        browser = playwright.chromium.launch(executable_path=browser_path, args=arguments)
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.add_init_script(WATCH)

        def listen(connection) -> None:
            if "/channels" in connection.url:
                connection.on("framesent", lambda _: messages.append("sent"))
                connection.on("framereceived", lambda _: messages.append("received"))

        page.on("websocket", listen)
        print(f"load average at the start: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
        print(f"{'milliseconds':<44} {'n':>5} {'p50':>8} {'p95':>8} {'worst':>8}   target")
        with jupyterlab(folder, home) as address:
            first = []
            for k in range(STARTS):
                start(page, address, f"start{k}")
                first.append(run_second_cell(page, ".course-explorer .curve.main[d]"))
            row("explorer: first picture", first, "<= 1500")
            start(page, address, "interact")
            row("interact + Matplotlib: first picture", [run_second_cell(page, ".jp-OutputArea img")])
            page.wait_for_timeout(1000)
            row("interact + Matplotlib: move to painted", interact_moves(page), "the peer")
            notes = []
            for name, slider in (("relu", "mean of the inputs"), ("swish", "beta"), ("bare", "path alone")):
                start(page, address, name)
                run_second_cell(page, ".course-explorer .curve.main[d], .bare path[d]")
                page.wait_for_timeout(1000)
                idle = page.evaluate("() => window.watch.record(2500)")
                moves, lost, frames, count = drag(page, page.locator(".jp-OutputArea input[type=range]").first)
                label = f"{'bare anywidget' if name == 'bare' else 'explorer'}, {slider}"
                row(f"{label}: move to painted", [move["total"] for move in moves], "p95 <= 25")
                row(f"{label}: script", [move["script"] for move in moves], "p95 <= 4")
                notes.append(
                    f"{label}: {lost} of {frames} frames dropped in the drag, {dropped(idle)} of {len(idle)} "
                    f"while idle; {count} kernel messages"
                )
        print("", *notes, f"load average at the end: {os.getloadavg()[0]:.1f}", sep="\n")
        browser.close()


if __name__ == "__main__":
    main()
