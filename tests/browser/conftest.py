"""A JupyterLab server with the course's extension, and browser pages that fail a test on our errors."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

REPOSITORY = Path(__file__).parents[2]
LABEXTENSION = REPOSITORY / "course_lib" / "language" / "labextension"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# JupyterLab says this by itself when a kernel still talks to a page that is gone.
NOT_OURS = ("Comm not found for comm id",)
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab: its address, its token, and the folder that it serves."""

    address: str
    token: str
    folder: Path

    def open(self, page, notebook: str) -> None:
        """Open a notebook in a fresh workspace and wait until its first text is on the page."""
        page.goto(f"{self.address}/lab/tree/{notebook}?token={self.token}&reset")
        page.wait_for_selector(".jp-NotebookPanel:visible .jp-RenderedMarkdown:visible > *", timeout=60_000)
        page.wait_for_selector("#jupyterlab-splash", state="detached", timeout=60_000)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _environment(home: Path) -> dict[str, str]:
    """Return an environment in which Jupyter reads and writes nothing of the user's own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    for name in ("config", "data", "runtime"):
        environment[f"JUPYTER_{name.upper()}_DIR"] = str(home / name)
    environment["JUPYTERLAB_SETTINGS_DIR"] = str(home / "settings")
    environment["JUPYTERLAB_WORKSPACES_DIR"] = str(home / "workspaces")
    environment["IPYTHONDIR"] = str(home / "ipython")
    # JupyterLab asks every new user whether to fetch news, in a box that covers the page.
    notification = home / "settings" / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    notification.parent.mkdir(parents=True)
    notification.write_text('{"fetchNews": "false"}')
    # The extension and the library come from this checkout, installed or not.
    environment["JUPYTER_PATH"] = str(home / "share")
    shutil.copytree(LABEXTENSION, home / "share" / "labextensions" / "course-language")
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")]))
    return environment


def _wait_until_it_answers(server: subprocess.Popen[bytes], lab: Lab, log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{lab.address}/api/status?token={lab.token}", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Path], Lab]]:
    """Return a function that starts JupyterLab on a temporary copy of a folder."""
    servers = []

    def start(folder: Path) -> Lab:
        home = tmp_path_factory.mktemp("jupyter")
        copy = home / "work"
        shutil.copytree(folder, copy)
        port = _free_port()
        lab = Lab(f"http://127.0.0.1:{port}", secrets.token_hex(16), copy)
        log = home / "server.log"
        command = [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
            *("--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"),
            *(f"--IdentityProvider.token={lab.token}", f"--ServerApp.root_dir={copy}"),
            # Neither news nor a catalogue of extensions is fetched.
            *("--LabApp.news_url=None", "--LabApp.extension_manager=readonly"),
        ]
        with log.open("wb") as output:
            server = subprocess.Popen(
                command, cwd=copy, env=_environment(home), stdout=output, stderr=subprocess.STDOUT
            )
        servers.append(server)
        _wait_until_it_answers(server, lab, log)
        return lab

    yield start
    for server in servers:
        server.terminate()  # JupyterLab shuts its kernels down on this signal
    for server in servers:
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@pytest.fixture(scope="session")
def browser() -> Iterator:
    """Return the system's Chromium; a machine without one skips these tests."""
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        pytest.skip(f"no browser on this machine (looked for {', '.join(BROWSERS)}): install Debian's chromium")
    playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=BROWSER_ARGUMENTS)
        yield started
        started.close()


@contextmanager
def watched_pages(browser) -> Iterator[Callable[..., object]]:
    """Give a function that opens a page as a new visitor; its arguments are those of a Playwright context.

    Fails in the end if a page reported an error, or asked for anything outside this machine.
    """
    contexts, problems = [], []

    def watch_console(message) -> None:
        if message.type == "error" and not message.text.startswith(NOT_OURS):
            problems.append(f"console: {message.text} ({message.location.get('url', '')})")

    def watch_request(route) -> None:
        host = urlsplit(route.request.url).hostname
        if host in (None, "127.0.0.1"):
            route.continue_()
        else:
            problems.append(f"request to another machine: {route.request.url}")
            route.abort()

    def open_page(**options):
        options = {"locale": "en-GB", "viewport": {"width": 1400, "height": 1000}} | options
        context = browser.new_context(**options)
        contexts.append(context)
        context.set_default_timeout(30_000)
        context.route("**/*", watch_request)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(f"page: {error.stack or error.message}"))
        page.on("console", watch_console)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not problems, "\n".join(problems)


@pytest.fixture
def new_page(browser) -> Iterator[Callable[..., object]]:
    """Return a function that opens a page as a new visitor; the test fails on what ``watched_pages`` reports."""
    with watched_pages(browser) as open_page:
        yield open_page


@pytest.fixture(scope="module")
def new_shared_page(browser) -> Iterator[Callable[..., object]]:
    """Return the same as ``new_page``, for a page that the tests of a module share."""
    with watched_pages(browser) as open_page:
        yield open_page


@pytest.fixture
def page(new_page):
    """Return a page opened by a new visitor whose browser speaks English."""
    return new_page()
