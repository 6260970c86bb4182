"""A real browser for the pages: headless Chromium through its driver."""

from __future__ import annotations

import base64
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from tests.program import REPOSITORY

#: Where `make browser` puts the accessibility checker.
AXE = REPOSITORY / ".cache" / "npm" / "node_modules" / "axe-core" / "axe.min.js"

#: What WCAG 2.1 AA asks for; best practices of the checker's own are not part of it.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


class Browser:
    """One headless browser window."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self._driver = driver

    def open(self, page: Path, *, width: int = 1280, dark: bool = False) -> None:
        """Open a page at a width, in light or dark colours."""
        self.command(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=900, deviceScaleFactor=1, mobile=width < 500,
        )  # fmt: skip
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.command("Emulation.setEmulatedMedia", features=[scheme])
        self._driver.get(page.as_uri())

    def command(self, name: str, **arguments: Any) -> Any:
        """Send a command of the browser's own protocol."""
        return self._driver.execute_cdp_cmd(name, arguments)

    def run(self, script: str) -> Any:
        """Run a function body in the page and return what it returns."""
        return self._driver.execute_script(script)

    def console(self) -> list[str]:
        """What the page complained about since it was opened."""
        return [entry["message"] for entry in self._driver.get_log("browser")]

    def pdf(self) -> bytes:
        """The page as printed."""
        return base64.b64decode(self.command("Page.printToPDF", printBackground=True)["data"])

    def violations(self) -> list[str]:
        """What the accessibility checker finds: rule and the first place."""
        self._driver.execute_script(AXE.read_text(encoding="utf-8"))
        found = self._driver.execute_async_script(
            "const done = arguments[arguments.length - 1];"
            f"axe.run(document, {{runOnly: {RULES!r}}}).then(result => done(result.violations.map("
            "violation => `${violation.id}: ${violation.nodes[0].html} ${violation.nodes[0].failureSummary}`)));"
        )
        return list(found)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Start the browser, or skip the test that asks for it where there is none."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("needs chromium and chromedriver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (
        "--headless", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ):  # fmt: skip
        options.add_argument(flag)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    window = webdriver.Chrome(options=options, service=Service(driver))
    try:
        yield Browser(window)
    finally:
        window.quit()
