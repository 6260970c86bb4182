"""Notebooks and PDF files as students hand them in, the same bytes whenever they are made."""

from __future__ import annotations

import base64
import json
import tempfile
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from samples import Maker


def _picture(maker: Maker) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "figure.png"
        maker.write(file)
        return file.read_bytes()


@dataclass(frozen=True)
class Notebook:
    """A notebook that was saved after it was run."""

    cells: tuple[str, ...]
    """Sources; a cell that begins with ``%%text`` is text. Cells that show a figure were saved with one."""
    picture: Maker
    """Makes every figure."""

    def write(self, path: Path) -> None:
        """Write it."""
        shown = base64.b64encode(_picture(self.picture)).decode()
        cells: list[dict[str, Any]] = []
        for number, source in enumerate(self.cells, start=1):
            if source.startswith("%%text"):
                text = source.removeprefix("%%text").strip()
                cells.append({"cell_type": "markdown", "metadata": {}, "source": text})
                continue
            image = {
                "output_type": "display_data",
                "metadata": {},
                "data": {"image/png": shown, "text/plain": "<Figure size 640x480 with 1 Axes>"},
            }
            outputs = [image] if "plt.show()" in source else []
            cells.append(
                {
                    "cell_type": "code",
                    "execution_count": number,
                    "metadata": {},
                    "outputs": outputs,
                    "source": source,
                }
            )
        document = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        path.write_text(json.dumps(document, indent=1), encoding="utf-8")


@dataclass(frozen=True)
class Pdf:
    """A PDF file of headings, paragraphs and pictures."""

    markdown: str
    """Its text: lines with `#` are headings, images are pictures with their captions."""
    picture: Maker
    """Makes every picture."""

    def write(self, path: Path) -> None:
        """Lay the blocks out one below the other, on as many pages as they need."""
        import matplotlib

        matplotlib.use("Agg")
        from matplotlib import image
        from matplotlib import pyplot as plt
        from matplotlib.backends.backend_pdf import PdfPages

        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "figure.png"
            self.picture.write(file)
            pixels = image.imread(file)
        with (
            plt.rc_context({"pdf.fonttype": 42}),
            PdfPages(path, metadata={"CreationDate": None, "Producer": None}) as pages,
        ):
            page, top = plt.figure(figsize=(8.3, 11.7)), 0.95
            for block in self.markdown.split("\n\n"):
                text = block.strip()
                is_picture = text.startswith("![")
                lines = textwrap.wrap(text[2 : text.index("]")] if is_picture else text, 84)
                height = 0.025 * len(lines) + (0.17 if is_picture else 0.0)
                if top - height < 0.05:
                    pages.savefig(page)
                    page, top = plt.figure(figsize=(8.3, 11.7)), 0.95
                if is_picture:
                    axes = page.add_axes((0.1, top - 0.15, 0.4, 0.15))
                    axes.imshow(pixels)
                    axes.axis("off")
                    top -= 0.17
                level = len(text) - len(text.lstrip("#"))
                for line in lines:
                    weight, size = ("bold", 18 - 2 * level) if level else ("normal", 10)
                    page.text(0.1, top, line.lstrip("# "), fontsize=size, weight=weight, va="top")
                    top -= 0.025
                top -= 0.02
            pages.savefig(page)
            plt.close("all")
